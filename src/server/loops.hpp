// The loops that a server runs on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <duplex/server.hpp>

#include "transport/transport.hpp"

namespace duplex::server {

struct Loops {
  std::vector<std::shared_ptr<transport::Loop>> all;  ///< at least one
  std::optional<Error> error;                         ///< why these are not as many as were asked for
  std::string description;                            ///< "epoll", "io_uring"; empty: the caller knows
};

/// As many as ServerOptions::loops says.
Loops make_loops(const ServerOptions& options);

}  // namespace duplex::server
