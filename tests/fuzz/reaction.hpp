// What a protocol made of its input, byte for byte, so that two runs can be compared.
#pragma once

#include <string>
#include <vector>

#include <duplex/protocol.hpp>

namespace duplex::fuzz {

struct SeenEvent {
  std::string kind;  ///< "text", "binary", "text chunk", "binary chunk", "ping", "pong", "close", "failure"
  std::string payload;  ///< or the reason, or the detail
  CloseCode code = CloseCode::no_status;
  bool is_first = true;  ///< of chunks
  bool is_last = true;

  bool is_chunk() const { return kind.ends_with("chunk"); }
  bool ends_connection() const { return kind == "close" || kind == "failure"; }
};

struct Reaction {
  std::vector<SeenEvent> events;
  std::string output;
};

SeenEvent seen(const ProtocolEvent& event);

/// What the lender does with the input that has not been looked at when an event comes.
enum class Lending { until_consumed, take_back_after_each_event };

/// Lends each segment in memory of its own, which is gone as soon as the protocol may no longer look at it.
Reaction feed(Protocol& protocol, const std::vector<ConstBytes>& segments, Lending lending);

/// Chunks that follow each other joined to one, so that what is left does not depend on segments. Of a text
/// that fails, segments decide how much was handed out before: that part is left out.
std::vector<SeenEvent> joined(std::vector<SeenEvent> events);

std::string to_text(const std::vector<SeenEvent>& events);

}  // namespace duplex::fuzz
