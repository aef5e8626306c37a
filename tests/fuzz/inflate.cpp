// permessage-deflate on the receiving side: arbitrary compressed payloads into a server's core, with every
// kind of context and window, compared with plain zlib.
//
// The input: two bytes of settings (see read_settings), segments, then messages: a byte of flags (bit 0 text,
// bit 1 not compressed, bits 2 and 3 frames less one, bit 4 a Ping between them), two bytes of length, the
// payload.
#include <optional>
#include <utility>

#include "canary.hpp"
#include "check.hpp"
#include "inflate_model.hpp"
#include "input.hpp"
#include "protocol/frame.hpp"
#include "reaction.hpp"
#include "segments.hpp"
#include "wire.hpp"

namespace duplex::fuzz {
namespace {

constexpr std::size_t stored_block_bytes_max = 65'535;  // RFC 1951 §3.2.4

struct Settings {
  Limits limits;
  AgreedCompression agreed;
  Protocol::Delivery delivery = Protocol::Delivery::whole;
  Lending lending = Lending::until_consumed;
};

Settings read_settings(Input& input) {
  static constexpr std::uint64_t message_bytes_max[] = {60, 1'000, 70'000, 200'000};
  const unsigned bits = input.byte();
  Settings settings;
  settings.limits.message_bytes_max = message_bytes_max[bits & 3];
  if ((bits & 4) != 0) settings.delivery = Protocol::Delivery::pieces;
  if ((bits & 8) != 0) settings.lending = Lending::take_back_after_each_event;
  settings.agreed.receiving = {(bits & 16) != 0, 9 + input.byte() % 7};
  return settings;
}

struct Sent {
  bool is_text = false;
  bool is_compressed = true;
  std::size_t frames = 1;
  bool has_pings = false;
  std::string payload;
};

std::vector<Sent> read_messages(Input& input) {
  std::vector<Sent> messages;
  while (!input.empty() && messages.size() < 20) {
    const unsigned flags = input.byte();
    const std::size_t size = input.pair();
    messages.push_back({(flags & 1) != 0, (flags & 2) == 0, 1 + flags / 4 % 4, (flags & 16) != 0,
                        std::string(as_text(input.bytes(size)))});
  }
  return messages;
}

// A masked frame whose key hides nothing.
std::string frame(unsigned first_byte, std::string_view payload) {
  std::string text{static_cast<char>(first_byte)};
  if (payload.size() < 126) {
    text += static_cast<char>(0x80 | payload.size());
  } else {
    text += {static_cast<char>(0x80 | 126), static_cast<char>(payload.size() / 256),
             static_cast<char>(payload.size() % 256)};
  }
  return text + std::string(4, '\0') + std::string(payload);
}

std::string wire(const Sent& message) {
  std::string text;
  std::string_view rest = message.payload;
  const std::size_t frame_bytes = rest.size() / message.frames;
  for (std::size_t number = 1; number <= message.frames; ++number) {
    const bool is_last = number == message.frames;
    const unsigned opcode = number > 1 ? 0 : (message.is_text ? 1 : 2) + (message.is_compressed ? 0x40u : 0u);
    const std::string_view payload = is_last ? rest : rest.substr(0, frame_bytes);
    text += frame(opcode + (is_last ? 0x80u : 0u), payload);
    if (message.has_pings && !is_last) text += frame(0x89, "p");
    rest.remove_prefix(payload.size());
  }
  return text;
}

// What has to come of the messages, by the model; where more than one end is right, all of them.
class Expectation {
 public:
  explicit Expectation(const Settings& settings)
      : model_(settings.agreed.receiving.context_takeover, settings.agreed.receiving.window_bits),
        takes_context_over_(settings.agreed.receiving.context_takeover),
        bytes_max_(static_cast<std::size_t>(settings.limits.message_bytes_max)) {}

  /// False if it fails the connection, or may.
  bool add(const Sent& sent) {
    const std::uint64_t sent_bytes_max =
        sent.is_compressed ? protocol::compressed_bytes_max(bytes_max_) : bytes_max_;
    // Its first frames may be within the limit, and wrong.
    if (sent.payload.size() > sent_bytes_max && sent.frames > 1) return ends_with({1007, 1009});
    if (sent.payload.size() > sent_bytes_max) return ends_with({1009});
    if (!sent.is_compressed) return add_message(sent, sent.payload);
    const auto inflated = model_.inflate(sent.payload, bytes_max_, InflateModel::Window::agreed);
    const auto tolerant = model_.inflate(sent.payload, bytes_max_, InflateModel::Window::largest);
    // Who notices that the agreed window was left, and when, is up to the room that zlib is given.
    if (inflated.is_broken != tolerant.is_broken || inflated.message != tolerant.message)
      return is_open_ = false;
    const bool is_too_big = inflated.message.size() > bytes_max_;
    // A text that is too big, and no text: what is noticed first depends on segments.
    if (is_too_big && sent.is_text) return ends_with({1007, 1009});
    // zlib reads on when its room is full, and may find the next block broken.
    const bool is_broken_soon =
        model_.inflate(sent.payload, bytes_max_ + 1, InflateModel::Window::agreed).is_broken;
    if (is_too_big && is_broken_soon) return ends_with({1007, 1009});
    if (is_too_big) return ends_with({1009});
    // Without a context libdeflate inflates, which takes them for other codes; see docs/conformance.md.
    if (inflated.uses_reserved_code && !takes_context_over_) return is_open_ = false;
    // A block that announces more than the limit, and more than there is, may be called either.
    const bool is_near_limit = inflated.message.size() + stored_block_bytes_max > bytes_max_;
    if (inflated.is_broken && is_near_limit) return ends_with({1007, 1009});
    if (inflated.is_broken) return ends_with({1007});
    model_.remember(inflated.message);
    return add_message(sent, inflated.message);
  }

  void check_against(const std::string& messages, unsigned code) const {
    if (!is_open_) return check(messages.starts_with(expected_), "what is inflated is what zlib inflates");
    check_equal(messages, expected_, "what is inflated is what zlib inflates");
    check(std::find(codes_.begin(), codes_.end(), code) != codes_.end(),
          "what zlib refuses fails with its code", std::to_string(code));
  }

 private:
  bool ends_with(std::vector<unsigned> codes) {
    codes_ = std::move(codes);
    return false;
  }
  bool add_message(const Sent& sent, const std::string& message) {
    if (sent.is_text && !is_utf8(message)) return ends_with({1007});
    expected_ += (sent.is_text ? "text \"" : "binary \"") + message + "\"\n";
    return true;
  }

  InflateModel model_;
  bool takes_context_over_;
  std::size_t bytes_max_;
  std::string expected_;
  std::vector<unsigned> codes_ = {0};
  bool is_open_ = true;  // is it known how it ends?
};

void check_reaction(const Settings& settings, const Reaction& reaction, const Expectation& expectation) {
  std::string messages;
  unsigned code = 0;
  std::vector<SeenEvent> events = reaction.events;
  std::erase_if(events, [](const SeenEvent& event) { return event.kind == "ping"; });
  for (SeenEvent& event : joined(std::move(events))) {
    if (event.kind == "failure") code = static_cast<unsigned>(event.code);
    if (event.kind == "failure") continue;
    // A reader that loses the last byte of messages of a certain size.
    const bool is_cut = has_planted_bug && event.payload.size() > 10 && event.payload.size() < 50;
    if (is_cut) event.payload.pop_back();
    check(event.payload.size() <= settings.limits.message_bytes_max, "no message is above message_bytes_max");
    if (!event.is_last) continue;
    messages += event.kind.substr(0, event.kind.find(' ')) + " \"" + event.payload + "\"\n";
  }
  expectation.check_against(messages, code);
}

void run(Input input) {
  const Settings settings = read_settings(input);
  const Segments segments = Segments::read(input);
  Expectation expectation(settings);
  std::string stream;
  for (const Sent& message : read_messages(input)) {
    stream += wire(message);
    if (!expectation.add(message)) break;
  }
  CompressionPool pool;
  for (const Segments& each : {Segments::whole(), segments, Segments::of_one_byte()}) {
    Protocol server = Protocol::server(settings.limits);
    server.compress(settings.agreed, pool);
    server.set_delivery(settings.delivery);
    check_reaction(settings, feed(server, each.cut(as_bytes(stream)), settings.lending), expectation);
  }
  check(pool.dedicated_bytes() == 0, "a connection that has gone holds no context");
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::run({data, size});
  return 0;
}
