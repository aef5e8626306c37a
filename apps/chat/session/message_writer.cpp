#include "chat/session/message_writer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chat/domain/typing.hpp"

namespace duplex::chat {
namespace {

// Keeps the order in which fields are set, which is the order of the document.
using Json = nlohmann::ordered_json;

Json to_json(const RequestId& id) {
  return std::visit([](const auto& value) { return Json(value); }, id);
}

std::string write_reply(const RequestId& id, Json ok) {
  return Json{{"re", to_json(id)}, {"ok", std::move(ok)}}.dump();
}

Json to_json(const Author& author) { return {{"id", author.id.text()}, {"name", author.name}}; }

Json to_json(const PresenceChange& change) {
  return {{"id", change.user.text()}, {"name", change.name}, {"state", to_text(change.state)}};
}

Json to_json(const Room& room) {
  return {
      {"r", room.id.text()}, {"name", room.name.text()}, {"kind", to_text(room.kind)}, {"topic", room.topic}};
}

Json to_json(const Membership& membership) {
  Json entry = to_json(membership.room);
  entry["role"] = to_text(membership.role);
  entry["last"] = membership.room.last;
  entry["floor"] = membership.room.floor;
  entry["read"] = membership.read;
  entry["unread"] = membership.unread;
  return entry;
}

Json to_json(const Event& event, EventReader reader) {
  Json json{{"r", event.room.text()}, {"seq", event.seq},         {"prev", event.prev},
            {"ts", event.ts},         {"k", to_text(event.kind)}, {"from", to_json(event.author)}};
  if (reader == EventReader::author && event.cid) json["cid"] = event.cid->text();
  if (!event.body.empty()) json["body"] = event.body;
  if (event.target) json["target"] = *event.target;
  return json;
}

template<class T>
Json to_list(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

Json limits(Rate send_rate) {
  return {{"body_bytes", body_bytes_max},
          {"frame_bytes", frame_bytes_max},
          {"name_characters", name_code_points_max},
          {"history_events", history_page_events_max},
          {"replay_events", replay_events_max},
          {"rooms", rooms_per_user_max},
          {"send_burst", send_rate.burst},
          {"send_per_second", send_rate.per_second}};
}

// "t" first, because people read it.
Json push(std::string_view type, Json fields) {
  Json message{{"t", type}};
  message.update(fields);
  return message;
}

}  // namespace

std::string write_done(const RequestId& id) { return write_reply(id, Json::object()); }

std::string write_greeting(const RequestId& id, const Greeting& greeting) {
  return write_reply(id, {{"me", to_json(greeting.me)},
                          {"token", greeting.token},
                          {"epoch", greeting.epoch},
                          {"heartbeat_ms", heartbeat_ms},
                          {"limits", limits(greeting.send_rate)},
                          {"rooms", to_list(greeting.rooms)}});
}

std::string write_rooms(const RequestId& id, const RoomsPage& page) {
  Json rooms = Json::array();
  for (const Room& room : page.rooms) {
    rooms.push_back(to_json(room));
    rooms.back()["members"] = room.members;
  }
  return write_reply(id, {{"rooms", std::move(rooms)}, {"more", page.more}});
}

std::string write_sent(const RequestId& id, const Appended& appended) {
  Json ok{{"seq", appended.seq}, {"ts", appended.ts}};
  if (appended.duplicate) ok["dup"] = true;
  return write_reply(id, std::move(ok));
}

std::string write_history(const RequestId& id, const HistoryPage& page, const HistoryPosition& position,
                          const UserId& reader) {
  Json events = Json::array();
  for (const Event& event : page.events)
    events.push_back(to_json(event, event.author.id == reader ? EventReader::author : EventReader::others));
  Json ok{{"events", std::move(events)}};
  if (std::holds_alternative<Around>(position)) {
    ok["more_before"] = page.more_before;
    ok["more_after"] = page.more_after;
  } else {
    ok["more"] = std::holds_alternative<After>(position) ? page.more_after : page.more_before;
  }
  ok["floor"] = page.floor;
  return write_reply(id, std::move(ok));
}

std::string write_entered(const RequestId& id, const Membership& membership) {
  return write_reply(id, to_json(membership));
}

std::string write_left(const RequestId& id, const RoomId& room) {
  return write_reply(id, {{"r", room.text()}});
}

std::string write_read_mark(const RequestId& id, const RoomId& room, Seq seq) {
  return write_reply(id, {{"r", room.text()}, {"seq", seq}});
}

std::string write_members(const RequestId& id, const MemberList& list) {
  return write_reply(id, {{"r", list.room.text()}, {"members", to_list(list.members)}, {"more", list.more}});
}

std::string write_error(const std::optional<RequestId>& id, const Error& error,
                        std::optional<TimeMs> retry_ms) {
  Json err{{"code", to_text(error.code)}, {"msg", error.message}, {"temporary", is_temporary(error.code)}};
  if (retry_ms) err["retry_ms"] = *retry_ms;
  Json message = Json::object();
  if (id) message["re"] = to_json(*id);
  message["err"] = std::move(err);
  return message.dump();
}

std::string write_event(const Event& event, EventReader reader) {
  return push("ev", to_json(event, reader)).dump();
}

std::string write_replayed(const RoomId& room, Seq to) {
  return push("replayed", {{"r", room.text()}, {"to", to}}).dump();
}

std::string write_reset(const RoomId& room, ResetReason reason, Seq floor, Seq last) {
  return push("reset", {{"r", room.text()}, {"reason", to_text(reason)}, {"floor", floor}, {"last", last}})
      .dump();
}

std::string write_typing(const RoomId& room, const std::vector<Author>& users) {
  return push("typing", {{"r", room.text()}, {"users", to_list(users)}, {"ttl_ms", typing_ttl_ms}}).dump();
}

std::string write_presence(const RoomId& room, const std::vector<PresenceChange>& users) {
  return push("presence", {{"r", room.text()}, {"users", to_list(users)}}).dump();
}

std::string write_read(const RoomId& room, Seq seq) {
  return push("read", {{"r", room.text()}, {"seq", seq}}).dump();
}

std::string write_room(const Membership& membership) { return push("room", to_json(membership)).dump(); }

std::string write_ping() { return R"({"t":"ping"})"; }

std::string write_pong() { return R"({"t":"pong"})"; }

std::string write_bye(ChatClose code, std::string_view reason, TimeMs retry_ms) {
  return push("bye", {{"code", static_cast<unsigned>(code)}, {"reason", reason}, {"retry_ms", retry_ms}})
      .dump();
}

std::size_t json_bytes(std::string_view text) {
  std::size_t bytes = text.size() + 2;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) bytes += 5;  // \u00XX
    if (c == '"' || c == '\\') bytes += 1;
  }
  return bytes;
}

}  // namespace duplex::chat
