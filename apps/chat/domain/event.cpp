#include "chat/domain/event.hpp"

namespace duplex::chat {

std::string_view to_text(EventKind kind) {
  switch (kind) {
    case EventKind::message:
      return "msg";
    case EventKind::edit:
      return "edit";
    case EventKind::deletion:
      return "del";
    case EventKind::reaction:
      return "react";
    case EventKind::join:
      return "join";
    case EventKind::leave:
      return "leave";
    case EventKind::meta:
      return "meta";
    case EventKind::kick:
      return "kick";
    case EventKind::ban:
      return "ban";
  }
  return "msg";
}

std::optional<Error> check_message_body(std::string_view body) {
  if (body.empty()) return Error{ErrorCode::bad_request, "a message is not empty"};
  if (body.size() > body_bytes_max)
    return Error{ErrorCode::too_large, "a message has at most " + std::to_string(body_bytes_max) + " bytes"};
  return std::nullopt;
}

}  // namespace duplex::chat
