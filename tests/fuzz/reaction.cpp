#include "reaction.hpp"

#include <variant>

#include "check.hpp"

namespace duplex::fuzz {
namespace {

std::string name_of(MessageType type) { return type == MessageType::text ? "text" : "binary"; }

struct ToSeen {
  SeenEvent operator()(const MessageEvent& event) const {
    return {name_of(event.type), std::string(as_text(event.payload))};
  }
  SeenEvent operator()(const ChunkEvent& event) const {
    return {name_of(event.type) + " chunk", std::string(as_text(event.payload)), CloseCode::no_status,
            event.first, event.last};
  }
  SeenEvent operator()(const PingEvent& event) const { return {"ping", std::string(as_text(event.payload))}; }
  SeenEvent operator()(const PongEvent& event) const { return {"pong", std::string(as_text(event.payload))}; }
  SeenEvent operator()(const CloseEvent& event) const {
    return {"close", std::string(event.reason), event.code};
  }
  SeenEvent operator()(const FailureEvent& event) const {
    return {"failure", std::string(event.detail), event.code};
  }
};

using Memory = std::vector<std::byte>;

// In one call of feed(): every time copies what is left, so that thousands would take seconds.
constexpr int take_backs_max = 100;

}  // namespace

SeenEvent seen(const ProtocolEvent& event) { return std::visit(ToSeen(), event); }

Reaction feed(Protocol& protocol, const std::vector<ConstBytes>& segments, Lending lending) {
  Reaction reaction;
  int take_backs_left = lending == Lending::take_back_after_each_event ? take_backs_max : 0;
  for (const ConstBytes segment : segments) {
    Memory lent(segment.begin(), segment.end());
    protocol.receive(lent);
    while (const auto event = protocol.next_event()) {
      reaction.events.push_back(seen(*event));
      if (take_backs_left == 0) continue;
      --take_backs_left;
      const Bytes rest = protocol.take_back_input();
      // Assigned after the old memory was copied; the old one is freed, so that ASan sees who still looks at
      // it.
      lent = Memory(rest.begin(), rest.end());
      protocol.receive(lent);
    }
  }
  reaction.output = as_text(std::as_const(protocol).output().bytes());
  return reaction;
}

std::vector<SeenEvent> joined(std::vector<SeenEvent> events) {
  std::vector<SeenEvent> result;
  for (SeenEvent& event : events) {
    if (event.is_chunk() && !result.empty() && result.back().is_chunk() && !result.back().is_last) {
      check(!event.is_first, "a message has one first chunk");
      result.back().payload += event.payload;
      result.back().is_last = event.is_last;
      continue;
    }
    const bool leaves_part_out = event.kind == "failure" && event.code == CloseCode::invalid_payload &&
                                 !result.empty() && result.back().is_chunk() && !result.back().is_last;
    if (leaves_part_out) result.pop_back();
    result.push_back(std::move(event));
  }
  return result;
}

std::string to_text(const std::vector<SeenEvent>& events) {
  std::string text;
  for (const SeenEvent& event : events) {
    text += event.kind + (event.is_first ? "" : " further") + (event.is_last ? "" : " unfinished");
    if (event.ends_connection()) text += " " + std::to_string(static_cast<unsigned>(event.code));
    text += " \"" + event.payload + "\"\n";
  }
  return text;
}

}  // namespace duplex::fuzz
