// The fixed conversations of which instructions are counted, through nothing but the public Protocol.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <duplex/protocol.hpp>

#include "load_options.hpp"
#include "payload.hpp"

namespace duplex::bench {

enum class Sent { message, ping };

/// What a client sends, which the server reads at once and echoes (a Ping: answers).
struct Trace {
  std::string_view name;
  Sent sent = Sent::message;
  PayloadKind payload = PayloadKind::text;
  std::size_t payload_bytes = 20;
  std::size_t messages = 1;        ///< in one read
  std::size_t fragment_bytes = 0;  ///< of payload in each frame; 0: one frame
  Compression compression = Compression::none;
};

const std::vector<Trace>& all_traces();

/// The two ends of one connection. Immovable.
class Conversation {
 public:
  explicit Conversation(const Trace& trace);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// The client sends, the server reads and answers, the client compares. False: not what was sent.
  bool run_once();

 private:
  void send();
  bool is_answered();

  Trace trace_;
  std::vector<std::string> payloads_;
  std::unique_ptr<Entropy> entropy_;
  CompressionPool pool_;
  Protocol client_;
  Protocol server_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
};

/// What a server does with a read: takes every event, and echoes every message. Its answers are in output().
/// This function, and what it calls, is what is counted; the client's share is not.
[[gnu::noinline]] void serve_read(Protocol& server, Bytes read);

}  // namespace duplex::bench
