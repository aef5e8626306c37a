// The whole chat over real sockets: the library's server and client, SQLite in a folder that vanishes.
#include "chat/chat.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <duplex/client.hpp>

namespace duplex::chat {
namespace {

using Json = nlohmann::json;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "duplex-chat-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path data() const { return path_ / "data"; }

 private:
  std::filesystem::path path_;
};

// A chat that serves in a thread of its own, until it goes out of scope.
class RunningChat {
 public:
  explicit RunningChat(const TemporaryFolder& folder) {
    ChatOptions options;
    options.port = 0;
    options.data_directory = folder.data();
    options.session.rates.send = {100'000, 100'000};
    auto opened = ChatServer::open(std::move(options));
    if (!opened) throw std::runtime_error(opened.error().message);
    server_ = std::move(*opened);
    thread_ = std::thread([this] { exit_code = server_->run(); });
  }
  ~RunningChat() { stop(); }
  RunningChat(const RunningChat&) = delete;
  RunningChat& operator=(const RunningChat&) = delete;

  void stop() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
    server_.reset();
  }

  std::string url() const { return "ws://127.0.0.1:" + std::to_string(server_->port()) + "/chat"; }
  std::uint16_t port() const { return server_->port(); }
  int exit_code = -1;

 private:
  std::unique_ptr<ChatServer> server_;
  std::thread thread_;
};

// One connection of the library's client, in a thread of its own; the test waits for what it receives.
class Person {
 public:
  explicit Person(const std::string& url, std::vector<std::string> subprotocols = {"duplex.chat.v1"}) {
    DialOptions options;
    options.subprotocols = std::move(subprotocols);
    options.compression.enabled = false;  // what is to fill the server's outbox must not shrink
    options.limits.outbox_bytes_max = 64 * 1024 * 1024;  // tests do not wait between sends
    options.failed = [this](const DialFailure& failure) {
      put([&] { refused_with_ = failure.response ? failure.response->status : 0; });
    };
    const auto dialled = client_.dial(url, std::make_shared<Inbox>(*this), std::move(options));
    if (!dialled) throw std::runtime_error(dialled.error().message);
    thread_ = std::thread([this] { client_.run(); });
    wait([this] { return handle_.has_value() || refused_with_.has_value(); });
  }
  ~Person() {
    client_.stop();
    thread_.join();
  }
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  void say(const Json& message) { static_cast<void>(handle_->send(message.dump())); }
  void say_binary() { static_cast<void>(handle_->send_binary(as_bytes("x"))); }
  void say_raw(std::string_view text) { static_cast<void>(handle_->send(text)); }

  // Waits for the reply to a request; pushes that come before it are kept.
  Json ask(Json message) {
    const int id = ++last_request_;
    message["id"] = id;
    say(message);
    return take([id](const Json& received) { return received.value("re", 0) == id; });
  }

  // Waits for the next push of that type.
  Json push(std::string_view type) {
    return take([type](const Json& received) { return received.value("t", "") == type; });
  }

  Json enter(const std::string& name) {
    return ask({{"t", "hello"}, {"client", "test/1"}, {"auth", {{"name", name}}}});
  }
  Json enter_again(const std::string& token, const Json& resume) {
    return ask({{"t", "hello"}, {"client", "test/1"}, {"auth", {{"token", token}}}, {"resume", resume}});
  }
  Json send(int number, std::string_view body) {
    return ask({{"t", "send"}, {"r", "lobby"}, {"cid", cid(number)}, {"body", body}});
  }
  static std::string cid(int number) {
    const std::string digits = std::to_string(number);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }

  // Waits for the end of the connection.
  int close_code() {
    wait([this] { return closed_.has_value(); });
    return *closed_;
  }
  std::optional<int> refused_with() const { return refused_with_; }

  // From now on nothing is read from the socket, until resume().
  void pause() {
    put([this] { is_paused_ = true; });
  }
  void resume() {
    put([this] { is_paused_ = false; });
  }

 private:
  class Inbox final : public Handler {
   public:
    explicit Inbox(Person& person) : person_(person) {}
    void open(Connection& peer) override {
      person_.put([&] { person_.handle_ = peer.handle(); });
    }
    void message(Connection&, const Message& message) override {
      person_.wait([this] { return !person_.is_paused_; });
      person_.put([&] { person_.received_.push_back(Json::parse(message.text())); });
    }
    void close(Connection&, const CloseStatus& status) override {
      person_.put([&] { person_.closed_ = static_cast<int>(status.code); });
    }

   private:
    Person& person_;
  };

  template<class Change>
  void put(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  template<class Condition>
  void wait(Condition is_true) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(30), is_true)) throw std::runtime_error("nothing came");
  }

  template<class Wanted>
  Json take(Wanted is_wanted) {
    std::unique_lock lock(mutex_);
    auto found = received_.end();
    const bool came = changed_.wait_for(lock, std::chrono::seconds(30), [&] {
      found = std::find_if(received_.begin(), received_.end(), is_wanted);
      return found != received_.end();
    });
    if (!came) throw std::runtime_error("nothing came");
    Json message = *found;
    received_.erase(found);
    return message;
  }

  duplex::Client client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Json> received_;
  std::optional<Handle> handle_;
  std::optional<int> refused_with_;
  std::optional<int> closed_;
  bool is_paused_ = false;
  int last_request_ = 0;
  std::thread thread_;
};

// What a server answers to GET, headers and all.
std::string get(std::uint16_t port, const std::string& path) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    static_cast<void>(::send(socket, request.data(), request.size(), MSG_NOSIGNAL));
    std::array<char, 4096> piece{};
    for (ssize_t count = 0; (count = ::recv(socket, piece.data(), piece.size(), 0)) > 0;)
      answer.append(piece.data(), static_cast<std::size_t>(count));
  }
  ::close(socket);
  return answer;
}

class Chat : public ::testing::Test {
 protected:
  Chat() { start(); }
  void start() { chat = std::make_unique<RunningChat>(folder); }
  void restart() {
    chat.reset();
    start();
  }

  TemporaryFolder folder;
  std::unique_ptr<RunningChat> chat;
};

TEST_F(Chat, what_one_says_all_hear_in_the_same_order) {
  Person ann(chat->url());
  Person bob(chat->url());
  Person carl(chat->url());
  ASSERT_TRUE(ann.enter("Ann").contains("ok"));
  ASSERT_TRUE(bob.enter("Bob").contains("ok"));
  ASSERT_TRUE(carl.enter("Carl").contains("ok"));
  constexpr int messages = 200;
  for (int i = 1; i <= messages; ++i) {
    Person& author = i % 2 == 0 ? ann : bob;
    author.say({{"t", "send"},
                {"id", 1000 + i},
                {"r", "lobby"},
                {"cid", Person::cid(i)},
                {"body", std::to_string(i)}});
  }
  std::vector<std::string> order;
  for (int seq = 1; seq <= messages; ++seq) {
    const Json event = carl.push("ev");
    EXPECT_EQ(event["seq"], seq);
    EXPECT_EQ(event["prev"], seq - 1);
    EXPECT_FALSE(event.contains("cid"));
    order.push_back(event["body"]);
  }
  for (Person* author : {&ann, &bob})
    for (const std::string& body : order) EXPECT_EQ(author->push("ev")["body"], body);
}

TEST_F(Chat, acknowledged_messages_tokens_and_marks_survive_a_restart_and_what_was_missed_is_replayed) {
  std::string token;
  std::string epoch;
  {
    Person ann(chat->url());
    Person bob(chat->url());
    const Json ok = ann.enter("Ann")["ok"];
    token = ok["token"];
    epoch = ok["epoch"];
    bob.enter("Bob");
    ASSERT_EQ(bob.send(1, "one")["ok"]["seq"], 1);
    ASSERT_EQ(ann.push("ev")["seq"], 1);
    ASSERT_EQ(ann.ask({{"t", "read"}, {"r", "lobby"}, {"seq", 1}})["ok"]["seq"], 1);
    ASSERT_EQ(bob.send(2, "two")["ok"]["seq"], 2);
  }
  restart();
  Person ann(chat->url());
  const Json ok = ann.enter_again(token, {{"epoch", epoch}, {"rooms", {{"lobby", 1}}}})["ok"];
  EXPECT_EQ(ok["me"]["name"], "Ann");
  EXPECT_EQ(ok["epoch"], epoch);
  EXPECT_EQ(ok["rooms"][0]["read"], 1);
  EXPECT_EQ(ann.push("ev")["body"], "two");
  EXPECT_EQ(ann.push("replayed")["to"], 2);
}

TEST_F(Chat, a_stop_says_bye_closes_4000_and_ends_with_0) {
  Person ann(chat->url());
  ann.enter("Ann");
  chat->stop();
  const Json bye = ann.push("bye");
  EXPECT_EQ(bye["code"], 4000);
  EXPECT_GT(bye["retry_ms"], 0);
  EXPECT_EQ(ann.close_code(), 4000);
  EXPECT_EQ(chat->exit_code, 0);
}

TEST_F(Chat, a_token_takes_over_from_the_older_connection) {
  Person old(chat->url());
  const std::string token = old.enter("Ann")["ok"]["token"];
  Person young(chat->url());
  EXPECT_TRUE(young.ask({{"t", "hello"}, {"client", "x"}, {"auth", {{"token", token}}}}).contains("ok"));
  EXPECT_EQ(old.close_code(), 4004);
  EXPECT_TRUE(young.send(1, "x").contains("ok"));
}

TEST_F(Chat, without_a_known_subprotocol_the_answer_is_400) {
  EXPECT_EQ(Person(chat->url(), {}).refused_with(), 400);
  EXPECT_EQ(Person(chat->url(), {"other"}).refused_with(), 400);
}

TEST_F(Chat, what_is_no_message_of_the_protocol_is_closed_with_its_code) {
  Person binary(chat->url());
  binary.say_binary();
  EXPECT_EQ(binary.close_code(), 1003);
  Person text(chat->url());
  text.say_raw("hello");
  EXPECT_EQ(text.push("bye")["code"], 4500);
  EXPECT_EQ(text.close_code(), 4500);
  Person large(chat->url());
  large.say_raw(std::string(frame_bytes_max + 1, ' '));
  EXPECT_EQ(large.close_code(), 1009);
}

TEST_F(Chat, a_reader_of_a_long_replay_gets_all_of_it_though_it_is_larger_than_the_outbox) {
  Person ann(chat->url());
  const std::string epoch = ann.enter("Ann")["ok"]["epoch"];
  constexpr int messages = 300;
  const std::string body(16'000, 'x');
  for (int i = 1; i <= messages; ++i) ASSERT_TRUE(ann.send(i, body).contains("ok"));
  static_assert(messages * 16'000 > outbox_bytes_max);
  Person late(chat->url());
  late.ask({{"t", "hello"},
            {"client", "x"},
            {"auth", {{"name", "Late"}}},
            {"resume", {{"epoch", epoch}, {"rooms", {{"lobby", 0}}}}}});
  for (int seq = 1; seq <= messages; ++seq) ASSERT_EQ(late.push("ev")["seq"], seq);
  EXPECT_EQ(late.push("replayed")["to"], messages);
}

TEST_F(Chat, who_stops_reading_costs_only_itself_and_catches_up_later) {
  Person ann(chat->url());
  Person stuck(chat->url());
  ann.enter("Ann");
  const Json ok = stuck.enter("Stuck")["ok"];
  stuck.pause();
  // More than the kernel's buffers and the outbox hold together.
  constexpr int messages = 1'200;
  const std::string body(16'000, 'x');
  // In batches that fit her own outbox: who sends without reading is a slow consumer, too.
  constexpr int batch = 50;
  for (int sent = 0; sent < messages; sent += batch) {
    for (int i = sent + 1; i <= sent + batch; ++i)
      ann.say({{"t", "send"}, {"id", 1000 + i}, {"r", "lobby"}, {"cid", Person::cid(i)}, {"body", body}});
    for (int seq = sent + 1; seq <= sent + batch; ++seq) ASSERT_EQ(ann.push("ev")["seq"], seq);
  }
  stuck.resume();
  // The goodbye is attempted; a reader that is stuck for longer than the library waits finds the wire cut.
  EXPECT_THAT(stuck.close_code(), ::testing::AnyOf(4001, 1006));
  Person back(chat->url());
  const Json resume{{"epoch", ok["epoch"]}, {"rooms", {{"lobby", 0}}}};
  ASSERT_TRUE(back.enter_again(ok["token"], resume).contains("ok"));
  for (int seq = 1; seq <= messages; ++seq) ASSERT_EQ(back.push("ev")["seq"], seq);
  EXPECT_EQ(back.push("replayed")["to"], messages);
}

TEST_F(Chat, the_page_comes_with_headers_that_confine_it) {
  const std::string page = get(chat->port(), "/");
  EXPECT_THAT(page, ::testing::StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(page, ::testing::HasSubstr("Content-Security-Policy: default-src 'self';"));
  EXPECT_THAT(page, ::testing::HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(page, ::testing::HasSubstr("X-Content-Type-Options: nosniff"));
  EXPECT_THAT(page, ::testing::HasSubstr("Referrer-Policy: no-referrer"));
  EXPECT_THAT(page, ::testing::HasSubstr("<html"));
  EXPECT_THAT(get(chat->port(), "/healthz"), ::testing::StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(get(chat->port(), "/nothing"), ::testing::StartsWith("HTTP/1.1 404"));
}

TEST_F(Chat, a_second_server_on_the_same_folder_does_not_open) {
  ChatOptions options;
  options.port = 0;
  options.data_directory = folder.data();
  EXPECT_FALSE(ChatServer::open(std::move(options)));
}

}  // namespace
}  // namespace duplex::chat
