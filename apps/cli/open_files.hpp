// The number of connections a process may hold is the number of files that it may open.
#pragma once

namespace duplex::cli {

/// Raises the soft limit of open files to the hard one. Shells start programs with 1024; when raising fails,
/// the server runs with what it has and answers 503 beyond it.
void raise_open_files_limit();

}  // namespace duplex::cli
