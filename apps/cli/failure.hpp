// How a command ends when it cannot do what it was asked: one line on stderr and an exit code.
#pragma once

#include <string_view>

namespace duplex::cli {

inline constexpr int exit_failure = 1;
/// The command line itself is wrong.
inline constexpr int exit_usage = 2;

/// "duplex echo: cannot listen on 127.0.0.1:80: Permission denied"; returns exit_failure.
int fail(std::string_view command, std::string_view reason);
/// The same for a mistake on the command line, with a pointer to the help; returns exit_usage. Line ends in
/// `reason` become spaces.
int fail_usage(std::string_view command, std::string_view reason);

}  // namespace duplex::cli
