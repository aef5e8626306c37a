// A chat in memory for tests: clients that speak JSON, topics, a clock that stands still, and a store that
// can fail and keeps its answers until the test asks for them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chat/session/hub.hpp"
#include "chat/store/memory/memory_store.hpp"

namespace duplex::chat::testing {

using Json = nlohmann::json;

class TestClock final : public Clock {
 public:
  TimeMs steady_ms() const override { return now; }
  TimeMs utc_ms() const override { return 1'700'000'000'000 + now; }
  TimeMs now = 1'000;
};

// What one connection was told, and how it ended.
struct Wire {
  std::vector<Json> received;
  std::set<std::string, std::less<>> topics;
  std::optional<unsigned> closed;
  std::size_t buffered_bytes = 0;
  bool is_stuck = false;  // nothing that is sent drains

  void receive(std::string_view text) {
    if (closed) return;
    received.push_back(Json::parse(text));
    if (is_stuck) buffered_bytes += text.size();
  }
};

class TestTopics final : public Broadcast {
 public:
  void publish(std::string_view topic, std::string_view text) override { publish(topic, text, nullptr); }
  void publish(std::string_view topic, std::string_view text, const Wire* except) {
    for (Wire* wire : wires)
      if (wire != except && wire->topics.contains(topic)) wire->receive(text);
  }
  std::set<Wire*> wires;
};

class TestOutlet final : public Outlet {
 public:
  TestOutlet(Wire& wire, TestTopics& topics) : wire_(wire), topics_(topics) {}
  void send(std::string_view text) override { wire_.receive(text); }
  void close(ChatClose code, std::string_view) override { wire_.closed = static_cast<unsigned>(code); }
  std::size_t buffered_bytes() const override { return wire_.buffered_bytes; }
  void subscribe(std::string_view topic) override { wire_.topics.emplace(topic); }
  void unsubscribe(std::string_view topic) override { wire_.topics.erase(std::string(topic)); }
  void publish_to_others(std::string_view topic, std::string_view text) override {
    topics_.publish(topic, text, &wire_);
  }

 private:
  Wire& wire_;
  TestTopics& topics_;
};

// The memory store, whose disk can be taken away.
class FailingStore final : public Store {
 public:
  explicit FailingStore(MemoryStoreOptions options)
      : post_(options.post), inner_(make_memory_store(std::move(options))) {}

  bool changes_fail = false;
  bool reads_fail = false;
  // Changes wait before the disk until let_go().
  bool changes_are_held = false;
  void let_go() {
    changes_are_held = false;
    for (const auto& change : std::exchange(held_, {})) change();
  }

  const std::string& epoch() const override { return inner_->epoch(); }
  void listen(EventSink sink) override { inner_->listen(std::move(sink)); }
  void create_guest(CreateGuest request, Done<User> done) override {
    change(&Store::create_guest, std::move(request), std::move(done));
  }
  void create_room(CreateRoom request, Done<Membership> done) override {
    change(&Store::create_room, std::move(request), std::move(done));
  }
  void join(JoinRoom request, Done<Membership> done) override {
    change(&Store::join, std::move(request), std::move(done));
  }
  void leave(LeaveRoom request, Done<RoomLeft> done) override {
    change(&Store::leave, std::move(request), std::move(done));
  }
  void append(AppendEvent request, Done<Appended> done) override {
    change(&Store::append, std::move(request), std::move(done));
  }
  void mark_read(MarkRead request, Done<ReadMarked> done) override {
    change(&Store::mark_read, std::move(request), std::move(done));
  }
  void trim(TrimRoom request, Done<RoomTrimmed> done) override {
    change(&Store::trim, std::move(request), std::move(done));
  }
  Result<std::optional<User>> user_by_token(const TokenHash& token) override {
    return read([&] { return inner_->user_by_token(token); });
  }
  Result<std::optional<User>> user(const UserId& id) override {
    return read([&] { return inner_->user(id); });
  }
  Result<Room> room(const RoomId& id) override {
    return read([&] { return inner_->room(id); });
  }
  Result<std::optional<Membership>> membership(const RoomId& room, const UserId& user) override {
    return read([&] { return inner_->membership(room, user); });
  }
  Result<std::vector<Membership>> memberships(const UserId& user) override {
    return read([&] { return inner_->memberships(user); });
  }
  Result<RoomsPage> public_rooms(const RoomsQuery& query) override {
    return read([&] { return inner_->public_rooms(query); });
  }
  Result<MembersPage> members(const MembersQuery& query) override {
    return read([&] { return inner_->members(query); });
  }
  Result<HistoryPage> history(const HistoryQuery& query) override {
    return read([&] { return inner_->history(query); });
  }

 private:
  static Error no_disk() { return {ErrorCode::unavailable, "the disk is gone"}; }

  template<class Request, class T>
  void change(void (Store::*method)(Request, Done<T>), Request request, Done<T> done) {
    if (changes_are_held) {
      held_.push_back([this, method, request, done] { (inner_.get()->*method)(request, done); });
      return;
    }
    if (!changes_fail) return (inner_.get()->*method)(std::move(request), std::move(done));
    post_([done = std::move(done)] { done(no_disk()); });
  }
  template<class Read>
  auto read(Read read) -> decltype(read()) {
    if (reads_fail) return no_disk();
    return read();
  }

  Post post_;
  std::unique_ptr<Store> inner_;
  std::vector<std::function<void()>> held_;
};

inline RandomBytes seeded_random() {
  return [generator = std::mt19937(1)](std::span<std::uint8_t> bytes) mutable {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(generator());
  };
}

// A cid that is easy to read: cid(7) ends in …07.
inline std::string cid(unsigned number) {
  std::string digits = std::to_string(number);
  return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

class Client;

class TestChat {
 public:
  explicit TestChat(SessionOptions options = {})
      : store({post(), seeded_random()}), hub(std::move(options), store, clock, topics, seeded_random()) {}

  // Runs what the store has posted. Until then no change is answered.
  void settle() {
    while (!posted_.empty()) {
      auto work = std::move(posted_.front());
      posted_.pop_front();
      work();
    }
    static_cast<void>(hub.next_deadline());
  }

  // Lets time pass, from one deadline to the next.
  void pass(TimeMs duration) {
    const TimeMs end = clock.now + duration;
    for (auto next = hub.next_deadline(); next && *next <= end; next = hub.next_deadline()) {
      clock.now = std::max(clock.now, *next);
      hub.tick();
    }
    clock.now = end;
  }

  std::size_t answers_waiting() const { return posted_.size(); }

  TestClock clock;
  TestTopics topics;
  FailingStore store;
  Hub hub;

 private:
  Post post() {
    return [this](std::function<void()> work) { posted_.push_back(std::move(work)); };
  }

  std::deque<std::function<void()>> posted_;
};

// One connection of a TestChat.
class Client {
 public:
  explicit Client(TestChat& chat) : chat_(chat) {
    chat.topics.wires.insert(&wire);
    id_ = chat.hub.connect(std::make_unique<TestOutlet>(wire, chat.topics));
  }
  ~Client() { disconnect(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void disconnect() {
    if (chat_.topics.wires.erase(&wire) == 0) return;
    chat_.hub.disconnect(id_);
  }

  void say_raw(std::string_view text) { chat_.hub.receive_text(id_, text); }
  void say(const Json& message) { say_raw(message.dump()); }
  void say_binary() { chat_.hub.receive_binary(id_); }

  // The reply to a request, after the store has answered. `{}` when there was none.
  Json ask(Json message) {
    message["id"] = ++last_request_;
    say(message);
    chat_.settle();
    return reply(last_request_);
  }

  Json reply(int request) const {
    const auto found = std::find_if(wire.received.rbegin(), wire.received.rend(), [=](const Json& message) {
      return message.contains("re") && message["re"] == request;
    });
    return found == wire.received.rend() ? Json::object() : *found;
  }

  // Says hello with a name; what was received until then is forgotten.
  Json enter(std::string_view name) { return greet({{"auth", {{"name", name}}}}); }
  Json enter_again(const std::string& old_token, Json resume = {}) {
    Json fields{{"auth", {{"token", old_token}}}};
    if (!resume.is_null()) fields["resume"] = std::move(resume);
    return greet(std::move(fields));
  }
  Json greet(Json fields) {
    fields["t"] = "hello";
    fields["client"] = "test/1";
    const Json answer = ask(std::move(fields));
    if (answer.contains("ok")) token = answer["ok"]["token"];
    return answer;
  }

  Json send(std::string_view room, unsigned number, std::string_view body) {
    return ask({{"t", "send"}, {"r", room}, {"cid", cid(number)}, {"body", body}});
  }

  // The pushes of one type so far.
  std::vector<Json> pushes(std::string_view type) const {
    std::vector<Json> found;
    for (const Json& message : wire.received)
      if (message.value("t", "") == type) found.push_back(message);
    return found;
  }

  // "ev 3", "replayed 3": what came for a room, in its order.
  std::vector<std::string> story(std::string_view room = "lobby") const {
    std::vector<std::string> lines;
    for (const Json& message : wire.received) {
      if (message.value("r", "") != room) continue;
      const std::string type = message.value("t", "");
      if (type == "ev") lines.push_back("ev " + std::to_string(message["seq"].get<int>()));
      if (type == "replayed") lines.push_back("replayed " + std::to_string(message["to"].get<int>()));
      if (type == "reset") lines.push_back("reset " + message["reason"].get<std::string>());
    }
    return lines;
  }

  void forget() { wire.received.clear(); }

  Wire wire;
  std::string token;

 private:
  TestChat& chat_;
  SessionId id_ = 0;
  int last_request_ = 0;
};

// The code of an error reply; "ok" for a success.
inline std::string outcome(const Json& reply) {
  if (reply.contains("ok")) return "ok";
  return reply.contains("err") ? reply["err"]["code"].get<std::string>() : "no reply";
}

}  // namespace duplex::chat::testing
