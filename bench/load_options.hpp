// What the load generator is asked to do.
#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/types.h>

#include "payload.hpp"
#include "tape.hpp"

namespace duplex::bench {

/// What is offered in the opening handshake, and has to be agreed to.
enum class Compression {
  none,
  without_takeover,
  with_takeover,
};

enum class Task {
  echo,     ///< every connection keeps `depth` messages in flight
  fan_out,  ///< one publisher on /pub, whose next message waits until all subscribers on /sub have the last
  stalled,  ///< the same beside subscribers that never read, a tenth of all; and then without these
  topics,  ///< subscribers share `topics` among them; a message at a time to a topic, which one of them hears
  idle,    ///< connections that are open, and no more
  accept,  ///< as many connections are being opened at any time, and each is closed when it is open
  crowd,   ///< as many on /sub as memory allows; then one message to all of them
  burst,   ///< all connections are opened at once
};

enum class Security { plain, tls };

struct LoadOptions {
  Task task = Task::echo;
  Framing framing = Framing::websocket;
  Security security = Security::plain;
  Compression compression = Compression::none;
  PayloadKind payload = PayloadKind::text;
  std::uint16_t port = 0;
  std::size_t connections = 1;
  std::size_t depth = 1;
  std::size_t payload_bytes = 20;
  std::size_t large_connections = 0;  ///< beside those of an echo, one large message on each; not counted
  std::size_t large_bytes = 1'048'576;
  std::size_t topics = 1;
  std::size_t published_bytes_min = 0;           ///< to each subscriber, once a tenth of them does not read
  std::uint64_t left_bytes_min = 6'442'450'944;  ///< a crowd ends before less memory than this is available
  double warm_up_s = 0.3;
  double duration_s = 1;
  pid_t server_process = 0;
  bool spins = false;
};

}  // namespace duplex::bench
