#include "server/loops.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace duplex::server {

namespace {

transport::Log warnings_of(const Log& log) {
  return [log](std::string_view text) {
    if (log) log(LogLevel::warning, text);
  };
}

/// The first says for all which kind they are.
Loops make_first_loop(const ServerOptions& options) {
  auto chosen = transport::choose_loop(options.io, warnings_of(options.log));
  return Loops{{std::move(chosen.loop)}, std::move(chosen.refusal), std::move(chosen.description)};
}

std::size_t cores() { return std::max<std::size_t>(std::thread::hardware_concurrency(), 1); }

}  // namespace

Loops make_loops(const ServerOptions& options) {
  constexpr std::size_t loops_max = ServerOptions::loops_max;
  Loops loops = make_first_loop(options);
  if (loops.error) return loops;
  if (options.loops > loops_max) {
    loops.error = Error(ErrorKind::misuse, "loops: " + std::to_string(options.loops) +
                                               " are more than loops_max " + std::to_string(loops_max));
    return loops;
  }
  const std::size_t count = options.loops == 0 ? std::min(cores(), loops_max) : options.loops;
  while (loops.all.size() < count) {
    auto chosen = transport::make_loop(options.io, warnings_of(options.log));
    if (!chosen) {
      loops.error = chosen.error();
      break;
    }
    loops.all.push_back(std::move(chosen->loop));
  }
  return loops;
}

}  // namespace duplex::server
