#include "chat/session/chat_handler.hpp"

#include <algorithm>
#include <any>
#include <chrono>
#include <memory>

namespace duplex::chat {
namespace {

// What the library answers to a send is not looked at here: a peer that is gone or too slow is closed by the
// library, and close() below is told.
class ConnectionOutlet final : public Outlet {
 public:
  explicit ConnectionOutlet(Connection& peer) : peer_(peer) {}

  void send(std::string_view text) override { static_cast<void>(peer_.send(text)); }
  void close(ChatClose code, std::string_view reason) override {
    static_cast<void>(peer_.close(static_cast<CloseCode>(code), reason));
  }
  std::size_t buffered_bytes() const override { return peer_.buffered_bytes(); }
  void subscribe(std::string_view topic) override { static_cast<void>(peer_.subscribe(topic)); }
  void unsubscribe(std::string_view topic) override { static_cast<void>(peer_.unsubscribe(topic)); }
  void publish_to_others(std::string_view topic, std::string_view text) override {
    static_cast<void>(peer_.publish(topic, MessageType::text, as_bytes(text)));
  }

 private:
  Connection& peer_;
};

SessionId session_of(Connection& peer) { return std::any_cast<SessionId>(peer.data()); }

}  // namespace

void ServerBroadcast::publish(std::string_view topic, std::string_view text) {
  static_cast<void>(server_.publish(topic, MessageType::text, as_bytes(text)));
}

void ChatHandler::open(Connection& peer) {
  peer.data() = hub_.connect(std::make_unique<ConnectionOutlet>(peer));
  plan();
}

void ChatHandler::message(Connection& peer, const Message& message) {
  if (message.is_text()) {
    hub_.receive_text(session_of(peer), message.text());
  } else {
    hub_.receive_binary(session_of(peer));
  }
  plan();
}

void ChatHandler::close(Connection& peer, const CloseStatus&) {
  hub_.disconnect(session_of(peer));
  plan();
}

void ChatHandler::plan() {
  const auto next = hub_.next_deadline();
  if (!next || (planned_ && *planned_ <= *next)) return;
  planned_ = next;
  const TimeMs delay_ms = std::max<TimeMs>(0, *next - clock_.steady_ms());
  alarm_ = server_.after(std::chrono::milliseconds(delay_ms), [this] { wake(); });
}

void ChatHandler::wake() {
  planned_.reset();
  hub_.tick();
  plan();
}

}  // namespace duplex::chat
