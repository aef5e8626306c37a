#include "frame_watch.hpp"

#include <algorithm>
#include <any>
#include <string>
#include <utility>

#include "frame_splitter.hpp"

namespace duplex::cli {
namespace {

constexpr std::string_view viewer_subprotocol = "duplex.frames";

std::string topic_of(const Request& request) { return "frames/" + std::string(request.parameter("token")); }

bool is_token_character(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
         (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
}

Accept refuse_token() {
  return Accept::refuse(Response(400, "The token must be 22 to 64 characters of A-Z a-z 0-9 - _.\n"));
}

std::string hexadecimal(ConstBytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 0x0f];
  }
  return text;
}

}  // namespace

bool is_watch_token(std::string_view token) {
  constexpr std::size_t characters_min = 22;  // 128 bits in base64url
  constexpr std::size_t characters_max = 64;
  return token.size() >= characters_min && token.size() <= characters_max &&
         std::all_of(token.begin(), token.end(), is_token_character);
}

/// Counts and times the frames of one watched connection.
class FrameWatch::Recorder {
 public:
  using Time = std::chrono::steady_clock::time_point;
  explicit Recorder(Time opened) : opened_(opened) {}

  std::vector<std::string> record(WireDirection direction, ConstBytes bytes, Time now) {
    std::vector<std::string> reports;
    const bool is_received = direction == WireDirection::received;
    for (const FrameExcerpt& frame : (is_received ? received_ : sent_).receive(bytes)) {
      reports.push_back(describe(is_received ? "received" : "sent", frame, now));
    }
    return reports;
  }

 private:
  std::string describe(std::string_view direction, const FrameExcerpt& frame, Time now) {
    const auto age = std::chrono::duration_cast<std::chrono::microseconds>(now - opened_);
    std::string report = "{\"direction\":\"";
    report.append(direction);
    report += "\",\"number\":" + std::to_string(frames_++);
    report += ",\"at_us\":" + std::to_string(age.count());
    report += ",\"header\":\"" + hexadecimal(frame.header);
    report += "\",\"payload\":\"" + hexadecimal(frame.payload);
    report += "\",\"payload_bytes\":" + std::to_string(frame.payload_bytes) + "}";
    return report;
  }

  Time opened_;
  FrameSplitter received_;
  FrameSplitter sent_;
  std::uint64_t frames_ = 0;
};

RouteOptions FrameWatch::watched(RouteOptions route) {
  // Shared: the routes live in the server, which this object must not keep alive nor outlive.
  route.accept = [self = shared_from_this(), inner = std::move(route.accept)](const Request& request) {
    if (!is_watch_token(request.parameter("token"))) return refuse_token();
    Accept accept = inner(request);
    accept.attach(std::make_shared<Recorder>(self->server_.now()));
    return accept;
  };
  route.wire_tap = [self = shared_from_this()](Connection& peer, WireDirection direction, ConstBytes bytes) {
    self->report(peer, direction, bytes);
  };
  return route;
}

RouteOptions FrameWatch::viewer(RouteOptions route) const {
  route.accept = [](const Request& request) {
    return is_watch_token(request.parameter("token")) ? Accept() : refuse_token();
  };
  route.subprotocols = {std::string(viewer_subprotocol)};
  route.subprotocol_required = true;
  route.overflow = OverflowPolicy::drop_new;
  return route;
}

void FrameWatch::report(Connection& peer, WireDirection direction, ConstBytes bytes) {
  auto& recorder = *std::any_cast<std::shared_ptr<Recorder>&>(peer.data());
  const std::string topic = topic_of(peer.request());
  for (const std::string& report : recorder.record(direction, bytes, server_.now())) {
    server_.publish(topic, MessageType::text, as_bytes(report));
  }
}

void FrameViewer::open(Connection& peer) { peer.subscribe(topic_of(peer.request())); }

}  // namespace duplex::cli
