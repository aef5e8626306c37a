// One connection's side of the protocol: who it is, in which order its requests are handled, when it is asked
// for a sign of life, and how it ends. What a request does stands in greeting.cpp and requests.cpp.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "chat/domain/send_gate.hpp"
#include "chat/session/followed_rooms.hpp"
#include "chat/session/heartbeat.hpp"
#include "chat/session/request_queue.hpp"
#include "chat/session/world.hpp"

namespace duplex::chat {

// Requests are handled in the order of their arrival. Changes may be on their way to the store together; a
// question about what is stored waits until the changes before it are done, so that everyone reads their own
// writes. Loop thread only.
class Session {
 public:
  Session(SessionId id, std::unique_ptr<Outlet> outlet, World& world);

  // --- input
  void receive_text(std::string_view text);
  void receive_binary();
  // A deadline has come.
  void tick();
  // The connection is gone.
  void end();
  // Handles what waits and need not wait any longer.
  void advance();

  // --- identity
  SessionId id() const { return id_; }
  bool is_closed() const { return state_ == State::closed; }
  // Only after the greeting.
  const Author& me() const { return *me_; }
  FollowedRooms& rooms() { return rooms_; }
  const FollowedRooms& rooms() const { return rooms_; }

  // --- output
  void push(std::string_view text);
  // An event of this user's: the others get `for_others`, and the author a copy with the cid.
  void publish_own(std::string_view topic, std::string_view for_others, std::string_view for_me);
  void refuse(const std::optional<RequestId>& id, const Error& error, std::optional<TimeMs> retry_ms = {});
  // Says `bye` and closes; from then on nothing is heard or said.
  void close(ChatClose code, std::string_view reason, TimeMs retry_ms = 0);

  // --- for the greeting
  // From here on everything waits until the greeting succeeds or is refused.
  void greeting_started() { state_ = State::greeting; }
  void greeting_refused(const std::optional<RequestId>& id, const Error& error);
  void greeting_done(Author me);

  // --- for requests
  // What the store calls when a change is done: `reply(session, result)`, if the session still exists.
  template<class T, class Reply>
  Done<T> when_done(Reply reply);
  // A message was refused for now: those behind it must not overtake it.
  void shut(const RoomId& room, const Cid& cid, const Error& refusal, TimeMs retry_ms);
  bool admits(const RoomId& room, const Cid& cid) { return gate_.admits(room, cid); }
  // Why admits() says no, and how long from now.
  const Error& refusal() const { return refusal_; }
  TimeMs refusal_ends_in_ms() const;
  void pong_received() { gate_.pong_received(); }
  // How long to wait before one more request that is no message, typing or history; nothing: go ahead.
  std::optional<TimeMs> take_request() { return requests_.take(world_.clock.steady_ms()); }
  // Its own requests to join are not news to this session.
  void entering(const RoomId& room) { entering_.insert(room); }
  void entered(const RoomId& room) { entering_.erase(room); }
  bool is_entering(const RoomId& room) const { return entering_.contains(room); }

 private:
  enum class State { before_hello, greeting, greeted, closed };

  bool must_wait(const Incoming& request) const;
  bool is_congested() const;
  void handle(Incoming request);
  void handle_request(Request request);
  void refuse_malformed(const Malformed& malformed);
  void replay();
  void beat();
  void send_ping();
  void plan();
  bool is_paced() const;
  template<class Work>
  void finish_change(Work work);

  // Fixed after construction
  const SessionId id_;
  World& world_;
  const std::unique_ptr<Outlet> outlet_;
  const TimeMs opened_at_;

  // Identity
  State state_ = State::before_hello;
  std::optional<Author> me_;
  unsigned greetings_refused_ = 0;

  // Requests
  RequestQueue queue_;
  TokenBucket frames_;
  TokenBucket requests_;
  std::size_t changes_in_flight_ = 0;
  SendGate gate_;
  Error refusal_;
  TimeMs refused_until_ = 0;
  std::set<RoomId> entering_;

  // Output
  FollowedRooms rooms_;
  Heartbeat heartbeat_;
  TimeMs pace_ms_ = pace_ms_min;
  TimeMs paced_at_ = 0;
  bool has_ended_ = false;
};

template<class T, class Reply>
Done<T> Session::when_done(Reply reply) {
  ++changes_in_flight_;
  return [&world = world_, id = id_, reply = std::move(reply)](Result<T> result) {
    Session* session = world.sessions.find(id);
    if (session != nullptr) session->finish_change([&] { reply(*session, result); });
  };
}

template<class Work>
void Session::finish_change(Work work) {
  --changes_in_flight_;
  work();
  advance();
}

}  // namespace duplex::chat
