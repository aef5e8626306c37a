#include "log.hpp"

#include <string>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace duplex::cli {
namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(Verbosity verbosity) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(spdlog::color_mode::automatic);
  auto logger = std::make_shared<spdlog::logger>("duplex", std::move(sink));
  logger->set_pattern("%H:%M:%S.%e %^%-7l%$ %v");
  logger->set_level(verbosity == Verbosity::errors ? spdlog::level::err : spdlog::level::info);
  return logger;
}

Log library_log(std::shared_ptr<spdlog::logger> logger) {
  return [logger = std::move(logger)](LogLevel level, std::string_view text) {
    logger->log(level_of(level), spdlog::string_view_t(text.data(), text.size()));
  };
}

}  // namespace duplex::cli
