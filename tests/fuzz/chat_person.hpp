// One connection to the chat, and what holds for everything that it is told.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "chat/session/hub_for_tests.hpp"

namespace duplex::fuzz {

using Json = nlohmann::json;

class ChatPerson {
 public:
  explicit ChatPerson(chat::testing::TestChat& chat) : client_(chat) {}

  /// Says it with the next id, and remembers that one answer is due.
  void ask(Json command);
  /// Says any text; answers to it are checked, but not counted.
  void say(std::string_view text) { client_.say_raw(text); }
  void say_binary() { client_.say_binary(); }
  /// What is sent stays in the outbox, or flows again.
  void set_stuck(bool is_stuck);

  /// Looks at everything that has come since the last time.
  void listen();
  /// Everything that was asked on an open connection has been answered.
  void check_answers() const;

  bool is_closed() const { return client_.wire.closed.has_value(); }
  const std::string& token() const { return token_; }
  const std::string& epoch() const { return epoch_; }
  /// Of rooms that were created here, newest last.
  const std::vector<std::string>& rooms() const { return rooms_; }
  /// What a client would resume with.
  Json cursors() const { return cursors_; }

 private:
  void hear(const Json& message);
  void hear_answer(const Json& message);
  void hear_refusal(const Json& refusal) const;
  void hear_greeting(const Json& hello, const Json& ok);
  void hear_push(const Json& message);
  void hear_event(const Json& event);
  void enter(const Json& entry);

  chat::testing::Client client_;
  std::size_t heard_ = 0;
  int last_id_ = 0;
  std::map<std::string, Json> open_;  // requests by id, until they are answered
  bool has_said_bye_ = false;

  std::string token_;
  std::string epoch_;
  std::vector<std::string> rooms_;
  std::map<std::string, std::int64_t> cursors_;  // the seq of the last event, of rooms where it is known
};

}  // namespace duplex::fuzz
