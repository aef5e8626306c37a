// Which loop it will be.
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "transport/transport.hpp"

namespace duplex::transport {

namespace {

Result<ChosenLoop> epoll(const Log& log, std::string description) {
  auto loop = make_epoll_loop(log);
  if (!loop) return loop.error();
  return ChosenLoop{std::move(*loop), std::move(description), std::nullopt};
}

}  // namespace

Result<ChosenLoop> make_loop(Io io, const Log& log) {
  if (io == Io::epoll) return epoll(log, "epoll");
  auto loop = make_uring_loop(log);
  if (loop) return ChosenLoop{std::move(*loop), "io_uring", std::nullopt};
  if (io == Io::uring) return loop.error();
  return epoll(log, "epoll (" + loop.error().message + ")");
}

ChosenLoop choose_loop(Io io, const Log& log) {
  auto chosen = make_loop(io, log);
  if (chosen) return std::move(*chosen);
  auto instead = make_loop(Io::epoll, log);
  if (instead) {
    instead->refusal = chosen.error();
    return std::move(*instead);
  }
  std::fprintf(stderr, "duplex: %s\n", instead.error().message.c_str());
  std::abort();
}

}  // namespace duplex::transport
