#include "traces.hpp"

#include <random>
#include <variant>

namespace duplex::bench {
namespace {

constexpr std::size_t payload_count = 64;

/// The same masking keys in every run.
class FixedEntropy final : public Entropy {
 public:
  void fill(Bytes bytes) override {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_());
  }

 private:
  std::mt19937 engine_;
};

MessageType type_of(PayloadKind kind) {
  return kind == PayloadKind::binary ? MessageType::binary : MessageType::text;
}

Limits client_limits(const Trace& trace) {
  Limits limits;
  limits.send_fragment_bytes = trace.fragment_bytes;
  return limits;
}

AgreedCompression agreed(Compression compression) {
  AgreedCompression agreed;
  agreed.sending.context_takeover = agreed.receiving.context_takeover =
      compression == Compression::with_takeover;
  return agreed;
}

/// The payload of an event that answers; nothing of any other.
std::string_view answer_of(const ProtocolEvent& event) {
  if (const auto* message = std::get_if<MessageEvent>(&event)) return as_text(message->payload);
  if (const auto* pong = std::get_if<PongEvent>(&event)) return as_text(pong->payload);
  return {};
}

}  // namespace

const std::vector<Trace>& all_traces() {
  using enum Compression;
  static const std::vector<Trace> traces = {
      {.name = "20 B text"},
      {.name = "20 B binary", .payload = PayloadKind::binary},
      {.name = "125 B text", .payload_bytes = 125},
      {.name = "1 KiB text", .payload_bytes = 1024},
      {.name = "16 KiB text", .payload_bytes = 16'384},
      {.name = "16 KiB binary", .payload = PayloadKind::binary, .payload_bytes = 16'384},
      {.name = "20 B text, 16 in one read", .messages = 16},
      {.name = "1 KiB mixed UTF-8", .payload = PayloadKind::utf8, .payload_bytes = 1024},
      {.name = "1 KiB text in 4 fragments", .payload_bytes = 1024, .fragment_bytes = 256},
      {.name = "20 B ping", .sent = Sent::ping},
      {.name = "1 KiB JSON, compressed",
       .payload = PayloadKind::json,
       .payload_bytes = 1024,
       .compression = without_takeover},
      {.name = "1 KiB JSON, compressed with takeover",
       .payload = PayloadKind::json,
       .payload_bytes = 1024,
       .compression = with_takeover},
  };
  return traces;
}

void serve_read(Protocol& server, Bytes read) {
  server.receive(read);
  while (const auto event = server.next_event()) {
    if (const auto* message = std::get_if<MessageEvent>(&*event))
      server.send(message->type, message->payload);
  }
}

Conversation::Conversation(const Trace& trace)
    : trace_(trace),
      payloads_(make_payloads(trace.payload, trace.payload_bytes, payload_count)),
      entropy_(std::make_unique<FixedEntropy>()),
      client_(Protocol::client(client_limits(trace), *entropy_)),
      server_(Protocol::server(Limits{})) {
  if (trace.compression == Compression::none) return;
  client_.compress(agreed(trace.compression), pool_);
  server_.compress(agreed(trace.compression), pool_);
}

bool Conversation::run_once() {
  for (std::size_t message = 0; message < trace_.messages; ++message) send();
  serve_read(server_, client_.output().bytes());
  client_.output().clear();
  const bool is_right = is_answered();
  server_.output().clear();
  return is_right;
}

void Conversation::send() {
  const ConstBytes payload = as_bytes(payloads_[sent_++ % payloads_.size()]);
  if (trace_.sent == Sent::ping) {
    client_.send_ping(payload);
  } else {
    client_.send(type_of(trace_.payload), payload);
  }
}

bool Conversation::is_answered() {
  client_.receive(server_.output().bytes());
  while (const auto event = client_.next_event()) {
    if (answer_of(*event) != payloads_[answered_++ % payloads_.size()]) return false;
  }
  return answered_ == sent_;
}

}  // namespace duplex::bench
