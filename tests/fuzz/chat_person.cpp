#include "chat_person.hpp"

#include <set>

#include "canary.hpp"
#include "check.hpp"

namespace duplex::fuzz {
namespace {

constexpr std::size_t message_bytes_max = 1024 * 1024;

// docs/chat-protocol.md, Errors; without `internal`, which would be a fault of the server.
const std::set<std::string> error_codes = {"bad_request", "unauthorized", "forbidden",    "not_found",
                                           "too_large",   "conflict",     "rate_limited", "unavailable"};
const std::set<std::string> push_types = {"ev",   "replayed", "reset", "typing", "presence",
                                          "read", "room",     "ping",  "pong",   "bye"};

std::string text_of(const Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

void ChatPerson::ask(Json command) {
  if (is_closed()) return;
  const std::string id = "asked " + std::to_string(++last_id_);
  command["id"] = id;
  open_[id] = command;
  client_.say(command);
}

void ChatPerson::set_stuck(bool is_stuck) {
  client_.wire.is_stuck = is_stuck;
  if (!is_stuck) client_.wire.buffered_bytes = 0;
}

void ChatPerson::listen() {
  for (; heard_ < client_.wire.received.size(); ++heard_) hear(client_.wire.received[heard_]);
  const bool has_to_say_bye = is_closed() && client_.wire.closed != 1003u;
  check(!has_to_say_bye || has_said_bye_, "the chat says bye before it closes");
}

void ChatPerson::check_answers() const {
  if (is_closed()) return;
  for (const auto& [id, request] : open_) fail("every request gets an answer", request.dump());
}

void ChatPerson::hear(const Json& message) {
  check(!has_said_bye_, "nothing comes behind bye", message.dump());
  check(message.is_object(), "everything that is sent is an object");
  check(message.dump().size() <= message_bytes_max, "no message is above a mebibyte");
  const bool is_answer = message.contains("ok") || message.contains("err");
  check(is_answer != message.contains("t"), "a message is an answer or a push", message.dump());
  if (is_answer) return hear_answer(message);
  hear_push(message);
}

void ChatPerson::hear_answer(const Json& message) {
  check(message.contains("ok") != message.contains("err"), "an answer is ok or err", message.dump());
  if (message.contains("err")) hear_refusal(message["err"]);
  // A client that does not hear that it may not.
  if (has_planted_bug && message.contains("err") && message["err"]["code"] == "forbidden") return;
  if (!message.contains("re") || !message["re"].is_string()) return;
  const auto request = open_.find(message["re"].get<std::string>());
  if (request == open_.end()) return;  // of a text that was said, not asked
  const std::string type = text_of(request->second, "t");
  if (message.contains("ok") && type == "hello") hear_greeting(request->second, message["ok"]);
  if (message.contains("ok") && (type == "join" || type == "create")) enter(message["ok"]);
  if (message.contains("ok") && type == "create") rooms_.push_back(message["ok"]["r"]);
  if (message.contains("ok") && type == "leave") cursors_.erase(message["ok"]["r"].get<std::string>());
  open_.erase(request);
}

void ChatPerson::hear_refusal(const Json& refusal) const {
  check(error_codes.contains(text_of(refusal, "code")), "errors are those of the protocol", refusal.dump());
  check(!text_of(refusal, "msg").empty(), "errors say why", refusal.dump());
  check(refusal.contains("temporary"), "errors say whether they pass", refusal.dump());
}

void ChatPerson::hear_greeting(const Json& hello, const Json& ok) {
  token_ = ok["token"];
  epoch_ = ok["epoch"];
  cursors_.clear();
  // What was resumed is replayed from other places: those cursors begin with the first event that comes.
  if (hello.contains("resume")) return;
  for (const Json& entry : ok["rooms"]) enter(entry);
}

void ChatPerson::hear_push(const Json& message) {
  const std::string type = message["t"];
  check(push_types.contains(type), "pushes are those of the protocol", message.dump());
  if (type == "bye") has_said_bye_ = true;
  if (type == "ev") hear_event(message);
  if (type == "room") enter(message);
  if (type == "reset") cursors_[message["r"]] = message["last"];
}

// docs/chat-protocol.md, Client rules: a client that follows rule 1 never has to ask for what is missing.
void ChatPerson::hear_event(const Json& event) {
  check(text_of(event, "body").size() <= chat::body_bytes_max, "no body is above its limit");
  const std::int64_t seq = event["seq"];
  const std::int64_t previous = event["prev"];
  check(previous < seq, "events follow each other", event.dump());
  const auto cursor = cursors_.emplace(event["r"], previous).first;
  if (seq <= cursor->second) return;
  check(previous <= cursor->second, "no event is missing before another", event.dump());
  cursor->second = seq;
}

void ChatPerson::enter(const Json& entry) { cursors_.emplace(entry["r"], entry["last"].get<std::int64_t>()); }

}  // namespace duplex::fuzz
