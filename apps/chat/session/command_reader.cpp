#include "chat/session/command_reader.hpp"

#include <simdjson.h>

#include <array>
#include <utility>

#include "chat/session/json_mending.hpp"
#include "chat/session/limits.hpp"

namespace duplex::chat {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// Leaves the reading of a message; caught by read(), never seen outside of this file.
struct Refusal {
  Error error;
};

[[noreturn]] void refuse(std::string text) { throw Refusal{{ErrorCode::bad_request, std::move(text)}}; }

std::string quoted(std::string_view field) { return "\"" + std::string(field) + "\""; }

// The typed fields of one object. A field with the wrong type is refused by its name.
class Fields {
 public:
  explicit Fields(object fields) : fields_(fields) {}

  std::optional<element> find(std::string_view name) const {
    element value;
    if (fields_.at_key(name).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
  }

  std::optional<std::string_view> find_text(std::string_view name) const {
    const auto value = find(name);
    if (!value) return std::nullopt;
    std::string_view text;
    if (value->get(text) != simdjson::SUCCESS) refuse(quoted(name) + " is a text");
    return text;
  }

  std::string_view text(std::string_view name) const {
    const auto text = find_text(name);
    if (!text) refuse(quoted(name) + " is missing");
    return *text;
  }

  std::optional<Seq> find_seq(std::string_view name) const {
    const auto value = find(name);
    if (!value) return std::nullopt;
    return to_seq(*value, name);
  }

  Seq seq(std::string_view name) const {
    const auto seq = find_seq(name);
    if (!seq) refuse(quoted(name) + " is missing");
    return *seq;
  }

  bool truth(std::string_view name) const {
    const auto value = find(name);
    bool truth = false;
    if (!value || value->get(truth) != simdjson::SUCCESS) refuse(quoted(name) + " is true or false");
    return truth;
  }

  std::optional<Fields> find_object(std::string_view name) const {
    const auto value = find(name);
    if (!value) return std::nullopt;
    object fields;
    if (value->get(fields) != simdjson::SUCCESS) refuse(quoted(name) + " is an object");
    return Fields(fields);
  }

  RoomId room() const {
    const auto room = RoomId::parse(text("r"));
    if (!room) throw Refusal{no_such_room()};
    return *room;
  }

  object all() const { return fields_; }

  static Seq to_seq(element value, std::string_view name) {
    std::int64_t seq = 0;
    const bool is_integer = value.get(seq) == simdjson::SUCCESS;
    if (!is_integer || seq < 0 || seq > seq_max) refuse(quoted(name) + " is an integer from 0 to 2^53-1");
    return seq;
  }

 private:
  object fields_;
};

Credentials read_credentials(const Fields& hello) {
  const auto auth = hello.find_object("auth");
  if (!auth) return Anonymous{};
  const auto token = auth->find_text("token");
  const auto name = auth->find_text("name");
  if (token.has_value() == name.has_value()) refuse("\"auth\" has either a \"token\" or a \"name\"");
  if (name) return ByName{std::string(*name)};
  if (token->size() > token_bytes_max) refuse("\"token\" is too long");
  return ByToken{std::string(*token)};
}

std::optional<Resume> read_resume(const Fields& hello) {
  const auto fields = hello.find_object("resume");
  if (!fields) return std::nullopt;
  Resume resume{std::string(fields->text("epoch")), {}};
  const auto rooms = fields->find_object("rooms");
  if (!rooms) refuse("\"rooms\" is missing");
  for (const auto& cursor : rooms->all()) {
    const Seq seq = Fields::to_seq(cursor.value, "rooms");
    if (const auto room = RoomId::parse(cursor.key)) resume.cursors.emplace(*room, seq);
  }
  return resume;
}

Command read_hello(const Fields& fields) {
  const std::string_view client = fields.text("client");
  if (client.empty() || client.size() > client_bytes_max) refuse("\"client\" has 1 to 128 bytes");
  return Hello{std::string(client), read_credentials(fields), read_resume(fields)};
}

Command read_rooms(const Fields& fields) {
  ListRooms command;
  command.text = fields.find_text("q").value_or("");
  if (const auto after = fields.find_text("after")) {
    command.after = RoomId::parse(*after);
    if (!command.after) throw Refusal{no_such_room()};
  }
  return command;
}

Command read_send(const Fields& fields) {
  const auto cid = Cid::parse(fields.text("cid"));
  if (!cid) refuse("\"cid\" is a UUID in lower case");
  const std::string_view body = fields.text("body");
  if (auto error = check_message_body(body)) throw Refusal{*error};
  return Send{fields.room(), *cid, std::string(body), fields.find_seq("reply_to")};
}

HistoryPosition read_position(const Fields& fields) {
  std::vector<HistoryPosition> positions;
  if (const auto seq = fields.find_seq("before")) positions.push_back(Before{*seq});
  if (const auto seq = fields.find_seq("after")) positions.push_back(After{*seq});
  if (const auto seq = fields.find_seq("around")) positions.push_back(Around{*seq});
  if (fields.find("latest") && fields.truth("latest")) positions.push_back(Latest{});
  if (positions.size() != 1) refuse("one of \"before\", \"after\", \"around\" and \"latest\" is needed");
  return positions.front();
}

Command read_history(const Fields& fields) {
  const Seq limit = fields.find_seq("limit").value_or(Seq{history_limit_default});
  if (limit < 1) refuse("\"limit\" is at least 1");
  const std::size_t capped = std::min(static_cast<std::size_t>(limit), history_page_events_max);
  return ReadHistory{fields.room(), read_position(fields), capped};
}

Command read_create(const Fields& fields) {
  if (fields.find_text("kind").value_or("public") != "public") refuse("\"kind\" is \"public\"");
  return Create{std::string(fields.text("name")), RoomKind::public_room};
}

Command read_typing(const Fields& fields) {
  if (fields.truth("on")) return StartTyping{fields.room()};
  return StopTyping{fields.room()};
}

Command read_presence(const Fields& fields) {
  const std::string_view state = fields.text("state");
  if (state == to_text(PresenceState::online)) return SetPresence{PresenceState::online};
  if (state == to_text(PresenceState::away)) return SetPresence{PresenceState::away};
  refuse("\"state\" is \"online\" or \"away\"");
}

enum class IdNeeded { yes, no };

struct Type {
  std::string_view name;
  IdNeeded id_needed;
  Command (*read)(const Fields&);
};

constexpr std::array types{
    Type{"hello", IdNeeded::yes, read_hello},
    Type{"rooms", IdNeeded::yes, read_rooms},
    Type{"send", IdNeeded::yes, read_send},
    Type{"history", IdNeeded::yes, read_history},
    Type{"join", IdNeeded::yes, [](const Fields& fields) -> Command { return Join{fields.room()}; }},
    Type{"leave", IdNeeded::yes, [](const Fields& fields) -> Command { return Leave{fields.room()}; }},
    Type{"create", IdNeeded::yes, read_create},
    Type{"read", IdNeeded::yes,
         [](const Fields& fields) -> Command {
           return SetRead{fields.room(), fields.seq("seq")};
         }},
    Type{"who", IdNeeded::yes, [](const Fields& fields) -> Command { return Who{fields.room()}; }},
    Type{"typing", IdNeeded::no, read_typing},
    Type{"presence", IdNeeded::no, read_presence},
    Type{"ping", IdNeeded::no, [](const Fields&) -> Command { return Ping{}; }},
    Type{"pong", IdNeeded::no, [](const Fields&) -> Command { return Pong{}; }},
};

const Type& find_type(std::string_view name) {
  for (const Type& type : types)
    if (type.name == name) return type;
  refuse("there is no such \"t\"");
}

enum class Text { intact, mended };

// In a mended text an id may not be what the client wrote, so only a number is echoed.
std::optional<RequestId> find_id(const Fields& fields, Text text) {
  const auto value = fields.find("id");
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  if (value->get(number) == simdjson::SUCCESS) {
    if (number > seq_max || number < -seq_max) return std::nullopt;
    return number;
  }
  std::string_view name;
  if (text == Text::mended || value->get(name) != simdjson::SUCCESS) return std::nullopt;
  if (name.size() > request_id_bytes_max) return std::nullopt;
  return std::string(name);
}

bool is_hello(const Fields& fields) {
  std::string_view type;
  const auto value = fields.find("t");
  return value && value->get(type) == simdjson::SUCCESS && type == "hello";
}

Incoming read_fields(const Fields& fields, std::optional<RequestId> id) {
  try {
    const Type& type = find_type(fields.text("t"));
    if (!id && (type.id_needed == IdNeeded::yes || fields.find("id")))
      refuse("\"id\" is an integer up to 2^53-1 or a text of up to 64 bytes");
    return Request{id, type.read(fields)};
  } catch (Refusal& refusal) {
    return Malformed{std::move(id), std::move(refusal.error), is_hello(fields)};
  }
}

}  // namespace

struct CommandReader::Parser {
  simdjson::dom::parser json;

  std::optional<Fields> parse(std::string_view text) {
    object fields;
    if (json.parse(text.data(), text.size()).get(fields) != simdjson::SUCCESS) return std::nullopt;
    return Fields(fields);
  }
};

CommandReader::CommandReader() : parser_(std::make_unique<Parser>()) {}
CommandReader::~CommandReader() = default;

Incoming CommandReader::read(std::string_view text) {
  if (const auto fields = parser_->parse(text)) return read_fields(*fields, find_id(*fields, Text::intact));
  // The grammar of JSON allows what no text and no number can hold (RFC 8259, sections 8.2 and 6): such a
  // message is an object all the same, and its sender is told what is wrong with it.
  const auto mended = mend_unrepresentable(text);
  const auto fields = mended ? parser_->parse(*mended) : std::nullopt;
  if (!fields) return NotAnObject{};
  Error error{ErrorCode::bad_request, "a text has a lone surrogate, or a number is too large"};
  return Malformed{find_id(*fields, Text::mended), std::move(error), is_hello(*fields)};
}

}  // namespace duplex::chat
