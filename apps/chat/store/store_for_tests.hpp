// What the tests of every store share: a loop, predictable randomness, a folder that vanishes, and a chat
// whose requests are answered before the next line of the test.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "chat/domain/store.hpp"

namespace duplex::chat::testing {

// The loop thread is the test's own: what was posted runs inside run_until().
class TestLoop {
 public:
  Post post() {
    return [this](std::function<void()> function) {
      const std::lock_guard lock(mutex_);
      posted_.push_back(std::move(function));
      wake_.notify_one();
    };
  }

  // Runs what is posted until `is_done`; gives up only when nothing at all happens for a long time.
  template<class IsDone>
  bool run_until(IsDone is_done) {
    while (!is_done()) {
      auto function = wait_for_function();
      if (!function) return false;
      function();
      ++functions_run;
    }
    return true;
  }

  // Waits until so many functions are there, and runs none of them.
  bool wait_for_posted(std::size_t count) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, patience, [&] { return posted_.size() >= count; });
  }

  std::size_t functions_run = 0;

 private:
  static constexpr std::chrono::seconds patience{30};

  std::function<void()> wait_for_function() {
    std::unique_lock lock(mutex_);
    if (!wake_.wait_for(lock, patience, [this] { return !posted_.empty(); })) return nullptr;
    auto function = std::move(posted_.front());
    posted_.pop_front();
    return function;
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> posted_;
};

inline RandomBytes seeded_random(unsigned seed) {
  return [generator = std::mt19937(seed)](std::span<std::uint8_t> bytes) mutable {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(generator());
  };
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "duplex-chat-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // The folder of the store itself is left to the store to create.
  std::filesystem::path data() const { return path_ / "data"; }

 private:
  std::filesystem::path path_;
};

inline Name name(std::string_view text) { return Name::parse(text).value(); }

// The n-th client id.
inline Cid cid(unsigned n) {
  Cid::Bytes bytes{};
  for (std::size_t i = 0; i < sizeof n; ++i) bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return Cid(bytes);
}

// A store with a loop, asked synchronously. Guests and rooms get predictable ids.
class Chat {
 public:
  explicit Chat(TestLoop& loop) : loop_(loop) {}

  void use(std::unique_ptr<Store> opened) {
    store = std::move(opened);
    store->listen([this](const Event& event) { feed.push_back(event); });
  }

  template<class Request, class T>
  Result<T> ask(void (Store::*method)(Request, Done<T>), Request request) {
    std::optional<Result<T>> answer;
    (*store.*method)(std::move(request), [&answer](Result<T> result) { answer = std::move(result); });
    EXPECT_TRUE(loop_.run_until([&] { return answer.has_value(); }));
    return answer.value();
  }

  Author guest(std::string_view text) {
    const UserId id = UserId::make(random_);
    const auto user = ask(&Store::create_guest, CreateGuest{id, name(text), hash_token(id.text()), now});
    EXPECT_TRUE(user.has_value());
    return {id, user->name.text()};
  }

  Result<Membership> create(const Author& creator, std::string_view text,
                            RoomKind kind = RoomKind::public_room) {
    return ask(&Store::create_room, CreateRoom{RoomId::make(random_), name(text), kind, creator, now});
  }
  RoomId room(const Author& creator, std::string_view text) { return create(creator, text)->room.id; }

  Result<Membership> join(const RoomId& room, const Author& user) {
    return ask(&Store::join, JoinRoom{room, user, now});
  }
  Result<RoomLeft> leave(const RoomId& room, const Author& user) {
    return ask(&Store::leave, LeaveRoom{room, user, now});
  }
  Result<Appended> send(const RoomId& room, const Author& author, unsigned n, std::string body = "hello") {
    return ask(&Store::append, message(room, author, n, std::move(body)));
  }
  Result<ReadMarked> mark_read(const RoomId& room, const Author& user, Seq seq) {
    return ask(&Store::mark_read, MarkRead{room, user.id, seq});
  }
  Result<RoomTrimmed> trim(const RoomId& room, Seq keep_from) {
    return ask(&Store::trim, TrimRoom{room, keep_from});
  }

  AppendEvent message(const RoomId& room, const Author& author, unsigned n,
                      std::string body = "hello") const {
    return {room, author, cid(n), EventKind::message, std::move(body), std::nullopt, now};
  }

  HistoryPage history(const RoomId& room, HistoryPosition position,
                      std::size_t limit = history_page_events_max) {
    return store->history({room, position, limit}).value();
  }

  std::unique_ptr<Store> store;
  std::vector<Event> feed;
  TimeMs now = 1000;

 private:
  TestLoop& loop_;
  RandomBytes random_ = seeded_random(7);
};

inline std::vector<Seq> seqs(const std::vector<Event>& events) {
  std::vector<Seq> seqs;
  for (const Event& event : events) seqs.push_back(event.seq);
  return seqs;
}

}  // namespace duplex::chat::testing
