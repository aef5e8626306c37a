// By which interface of the system a server or a client does its input and output.
#pragma once

#include <cstdint>

namespace duplex {

/// Everything works with each of them; they differ in what it costs.
enum class Io : std::uint8_t {
  automatic,  ///< what is faster here: io_uring where the system has and allows all of it, else epoll
  epoll,
  uring,  ///< or nothing: where it is not to be had, Server::listening_error() and Client::dial() say why
};

}  // namespace duplex
