#include "server/loops.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace duplex::server {

namespace {

Result<std::shared_ptr<transport::Loop>> make_loop(const Log& log) {
  return transport::make_epoll_loop([log](std::string_view text) {
    if (log) log(LogLevel::warning, text);
  });
}

/// Without an event loop there is no server, and a constructor has no other way to say so.
std::shared_ptr<transport::Loop> make_first_loop(const Log& log) {
  auto loop = make_loop(log);
  if (loop) return std::move(*loop);
  std::fprintf(stderr, "duplex: %s\n", loop.error().message.c_str());
  std::abort();
}

std::size_t cores() { return std::max<std::size_t>(std::thread::hardware_concurrency(), 1); }

}  // namespace

Loops make_loops(const ServerOptions& options) {
  constexpr std::size_t loops_max = ServerOptions::loops_max;
  Loops loops{{make_first_loop(options.log)}, std::nullopt};
  if (options.loops > loops_max) {
    loops.error = Error(ErrorKind::misuse, "loops: " + std::to_string(options.loops) +
                                               " are more than loops_max " + std::to_string(loops_max));
    return loops;
  }
  const std::size_t count = options.loops == 0 ? std::min(cores(), loops_max) : options.loops;
  while (loops.all.size() < count) {
    auto loop = make_loop(options.log);
    if (!loop) {
      loops.error = loop.error();
      break;
    }
    loops.all.push_back(std::move(*loop));
  }
  return loops;
}

}  // namespace duplex::server
