// The chat's sessions over a store in memory: people who come and go, ask for everything that can be asked,
// and say what is none of it.
//
// The input is a script of steps: a byte (bits 0 and 1 say who of three, the others which step, see
// Script::step), then what the step needs.
#include <array>
#include <memory>

#include "chat_person.hpp"
#include "check.hpp"
#include "input.hpp"
#include "wire.hpp"

namespace duplex::fuzz {
namespace {

constexpr int steps_max = 60;

// Values that no field expects, or only some do.
const Json odd_values[] = {nullptr,
                           true,
                           -1,
                           0,
                           1,
                           2,
                           5.0,
                           9'007'199'254'740'992,
                           "",
                           "x",
                           "lobby",
                           Json::array(),
                           Json::object(),
                           Json::array({1, "a"}),
                           std::string(300, 'y')};
constexpr std::string_view odd_fields[] = {"t",    "r",     "cid",    "body",   "seq",  "reply_to", "name",
                                           "kind", "limit", "before", "around", "auth", "client",   "after",
                                           "q",    "on",    "state",  "resume", "more"};

class Script {
 public:
  explicit Script(Input input) : input_(input) {
    for (auto& person : people_) person = std::make_unique<ChatPerson>(chat_);
  }

  void run() {
    for (int steps = 0; steps < steps_max && !input_.empty(); ++steps) {
      step();
      static_cast<void>(chat_.hub.next_deadline());
      for (const auto& person : people_) person->listen();
    }
    finish();
  }

 private:
  void step();
  void pass_time();
  void trouble_store();
  Json command(ChatPerson& person, unsigned kind);
  Json hello(ChatPerson& person);
  Json history();
  void spoil(Json& command);
  std::string room();
  std::string text();
  void finish();

  Input input_;
  chat::testing::TestChat chat_;
  std::array<std::unique_ptr<ChatPerson>, 3> people_;
};

void Script::step() {
  const unsigned choice = input_.byte();
  std::unique_ptr<ChatPerson>& person = people_[choice % 4 % people_.size()];
  const unsigned kind = choice / 4 % 32;
  switch (kind) {
    case 0:
      return person->say(text());
    case 1:
      person->listen();
      person = std::make_unique<ChatPerson>(chat_);
      return;
    case 2:
      return chat_.settle();
    case 3:
      return pass_time();
    case 4:
      return trouble_store();
    case 5:
      return person->set_stuck(true);
    case 6:
      return person->set_stuck(false);
    case 7:
      return person->say_binary();
    default:
      Json asked = command(*person, kind - 8);
      if ((kind & 16) != 0 && kind >= 24) spoil(asked);
      person->ask(std::move(asked));
  }
}

void Script::pass_time() {
  static constexpr chat::TimeMs durations_ms[] = {1, 50, 300, 1'000, 6'000, 21'000};
  chat_.pass(input_.one_of(durations_ms));
}

void Script::trouble_store() {
  const unsigned bits = input_.byte();
  chat_.store.changes_fail = (bits & 1) != 0;
  chat_.store.reads_fail = (bits & 2) != 0;
  if ((bits & 4) != 0) chat_.store.changes_are_held = true;
  if ((bits & 8) != 0) chat_.store.let_go();
}

Json Script::command(ChatPerson& person, unsigned kind) {
  switch (kind % 14) {
    case 0:
      return hello(person);
    case 1:
      return {
          {"t", "send"}, {"r", room()}, {"cid", chat::testing::cid(input_.byte() % 16)}, {"body", text()}};
    case 2:
      return history();
    case 3:
      return {{"t", "create"}, {"name", text()}};
    case 4:
      return {{"t", "join"}, {"r", room()}};
    case 5:
      return {{"t", "leave"}, {"r", room()}};
    case 6:
      return {{"t", "read"}, {"r", room()}, {"seq", input_.byte()}};
    case 7:
      return {{"t", "who"}, {"r", room()}};
    case 8:
      return {{"t", "typing"}, {"r", room()}, {"on", input_.byte() % 2 == 0}};
    case 9:
      return {{"t", "presence"}, {"state", input_.byte() % 2 == 0 ? "online" : "away"}};
    case 10:
      return {{"t", "rooms"}, {"q", text()}};
    case 11:
      return {{"t", "rooms"}, {"after", room()}};
    case 12:
      return {{"t", "ping"}};
    default:
      return {{"t", "pong"}};
  }
}

Json Script::hello(ChatPerson& person) {
  Json command{{"t", "hello"}, {"client", "fuzz/1"}};
  const unsigned choice = input_.byte();
  const ChatPerson& same = *people_[choice / 4 % people_.size()];
  if ((choice & 1) == 0 || same.token().empty()) {
    command["auth"] = {{"name", text()}};
  } else {
    command["auth"] = {{"token", same.token()}};
  }
  if ((choice & 2) != 0)
    command["resume"] = {{"epoch", same.epoch().empty() ? person.epoch() : same.epoch()},
                         {"rooms", same.cursors().is_null() ? Json::object() : same.cursors()}};
  return command;
}

Json Script::history() {
  static constexpr std::string_view positions[] = {"before", "after", "around"};
  Json command{{"t", "history"}, {"r", room()}};
  const unsigned choice = input_.byte();
  if (choice % 4 == 3) {
    command["latest"] = true;
  } else {
    command[std::string(positions[choice % 4])] = choice / 4;
  }
  if (choice >= 128) command["limit"] = 1 + choice % 7;
  return command;
}

void Script::spoil(Json& command) {
  command[std::string(input_.one_of(odd_fields))] = input_.one_of(odd_values);
}

std::string Script::room() {
  const unsigned choice = input_.byte();
  const auto& created = people_[choice % people_.size()]->rooms();
  if (choice < 128 || created.empty()) return choice % 8 == 7 ? "nowhere" : "lobby";
  return created[choice / 4 % created.size()];
}

// Usually short; sometimes long enough to meet a limit. WebSocket lets only UTF-8 come this far.
std::string Script::text() {
  std::string text(as_text(input_.bytes()));
  if (text.size() > 2 && text[0] == '*') text = std::string(20'000, text[1]);
  if (is_utf8(text)) return text;
  for (char& character : text)
    if ((character & 0x80) != 0) character = '?';
  return text;
}

void Script::finish() {
  chat_.store.changes_fail = chat_.store.reads_fail = false;
  chat_.store.let_go();
  for (const auto& person : people_) person->set_stuck(false);
  // Until nothing waits any more: a pause that grew while somebody was stuck is the longest.
  for (int rounds = 0; rounds < 4; ++rounds) {
    chat_.settle();
    chat_.pass(100);
  }
  for (const auto& person : people_) {
    person->listen();
    person->check_answers();
  }
  chat_.hub.drain();
  for (const auto& person : people_) {
    person->listen();
    check(person->is_closed(), "who drains closes everyone");
  }
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::Script({data, size}).run();
  return 0;
}
