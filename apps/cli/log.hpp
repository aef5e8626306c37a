// Log lines of the commands: on stderr, coloured only on a terminal.
#pragma once

#include <memory>

#include <duplex/server.hpp>

namespace spdlog {
class logger;
}

namespace duplex::cli {

enum class Verbosity {
  everything,
  errors,  ///< --quiet
};

std::shared_ptr<spdlog::logger> make_logger(Verbosity verbosity);
/// What the library says, through `logger`.
Log library_log(std::shared_ptr<spdlog::logger> logger);

}  // namespace duplex::cli
