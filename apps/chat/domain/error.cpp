#include "chat/domain/error.hpp"

namespace duplex::chat {

std::string_view to_text(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_request:
      return "bad_request";
    case ErrorCode::unauthorized:
      return "unauthorized";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

bool is_temporary(ErrorCode code) {
  return code == ErrorCode::rate_limited || code == ErrorCode::unavailable || code == ErrorCode::internal;
}

}  // namespace duplex::chat
