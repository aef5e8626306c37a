// The flag that says by which interface of the system input and output happen.
#pragma once

#include <CLI/CLI.hpp>

#include <duplex/io.hpp>

namespace duplex::cli {

/// Adds --io.
void add_io_flag(CLI::App& command, Io& io);

}  // namespace duplex::cli
