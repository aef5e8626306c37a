// Why the chat closes a connection. From 4500 on a client does not come back by itself.
#pragma once

#include <cstdint>

namespace duplex::chat {

enum class ChatClose : std::uint16_t {
  unsupported_data = 1003,
  restart = 4000,
  slow_consumer = 4001,
  silent = 4002,
  rate_abuse = 4003,
  taken_over = 4004,
  store_unavailable = 4005,
  bad_protocol = 4500,
  auth_failed = 4501,
  no_hello = 4504,
  outdated = 4505
};

}  // namespace duplex::chat
