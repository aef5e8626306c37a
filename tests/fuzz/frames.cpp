#include "frames.hpp"

#include "canary.hpp"
#include "check.hpp"
#include "protocol/testing.hpp"
#include "reaction.hpp"
#include "segments.hpp"
#include "wire.hpp"

namespace duplex::fuzz {
namespace {

struct Settings {
  Limits limits;
  Protocol::Delivery delivery = Protocol::Delivery::whole;
  Lending lending = Lending::until_consumed;
};

Settings read_settings(Input& input) {
  static constexpr std::uint64_t message_bytes_max[] = {20, 125, 1'000, 70'000};
  const unsigned bits = input.byte();
  Settings settings;
  settings.limits.message_bytes_max = message_bytes_max[bits & 3];
  if ((bits & 4) != 0) settings.limits.fragments_max = 3;
  if ((bits & 8) != 0) settings.delivery = Protocol::Delivery::pieces;
  if ((bits & 16) != 0) settings.lending = Lending::take_back_after_each_event;
  return settings;
}

Reaction react(Role role, const Settings& settings, ConstBytes stream, const Segments& segments,
               Lending lending) {
  Limits limits = settings.limits;
  if (has_planted_bug) limits.message_bytes_max *= 3;
  protocol_testing::ZeroEntropy entropy;
  Protocol protocol = role == Role::server ? Protocol::server(limits) : Protocol::client(limits, entropy);
  protocol.set_delivery(settings.delivery);
  Reaction reaction = feed(protocol, segments.cut(stream), lending);
  const bool has_ended = !reaction.events.empty() && reaction.events.back().ends_connection();
  check(has_ended == (protocol.state() == Protocol::State::closed), "the state is closed after the end only");
  reaction.events = joined(std::move(reaction.events));
  return reaction;
}

void check_events(const std::vector<SeenEvent>& events, const Limits& limits) {
  for (const SeenEvent& event : events) {
    const bool is_data = event.kind.starts_with("text") || event.kind.starts_with("binary");
    if (is_data)
      check(event.payload.size() <= limits.message_bytes_max, "no message is above message_bytes_max");
    if (event.is_first && event.is_last && event.kind.starts_with("text"))
      check(is_utf8(event.payload), "every text is UTF-8", event.payload);
    if (event.ends_connection()) {
      check(is_utf8(event.payload), "every reason is UTF-8", event.payload);
      check(&event == &events.back(), "nothing follows a Close or a failure");
    }
  }
}

// RFC 6455 §5.5.2 and §5.5.1: a Pong for each Ping, in order, and one Close at the end.
std::string expected_output(const std::vector<SeenEvent>& events) {
  std::string expected;
  for (const SeenEvent& event : events) {
    if (event.kind == "ping") expected += "10 \"" + event.payload + "\"\n";
    if (!event.ends_connection()) continue;
    const auto code = static_cast<unsigned>(event.code);
    const std::string code_bytes{static_cast<char>(code / 256), static_cast<char>(code % 256)};
    const bool has_code = event.code != CloseCode::no_status;
    const std::string reason = event.kind == "failure" ? event.payload : "";
    expected += "8 \"" + (has_code ? code_bytes + reason : "") + "\"\n";
  }
  return expected;
}

void check_output(Role role, const Reaction& reaction) {
  std::string seen;
  for (const WireFrame& frame : decode_frames(as_bytes(reaction.output))) {
    check(frame.is_masked == (role == Role::client), "clients mask, servers do not");
    check(!frame.is_compressed, "nothing is compressed without an agreement");
    seen += std::to_string(frame.opcode) + " \"" + frame.payload + "\"\n";
  }
  check_equal(seen, expected_output(reaction.events), "each Ping gets a Pong, and the end gets one Close");
}

}  // namespace

void check_frames(Role role, Input input) {
  const Settings settings = read_settings(input);
  const Segments segments = Segments::read(input);
  const ConstBytes stream = input.rest();

  const Reaction whole = react(role, settings, stream, Segments::whole(), Lending::until_consumed);
  check_events(whole.events, settings.limits);
  check_output(role, whole);
  for (const Segments& other : {segments, Segments::of_one_byte()}) {
    const Reaction reaction = react(role, settings, stream, other, settings.lending);
    check_equal(to_text(reaction.events), to_text(whole.events), "segments do not change the events");
    check_equal(reaction.output, whole.output, "segments do not change the output");
  }
}

}  // namespace duplex::fuzz
