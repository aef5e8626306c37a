// Why a request of the chat was refused: a code for programs and a sentence for people, both safe to publish.
#pragma once

#include <string>
#include <string_view>

namespace duplex::chat {

enum class ErrorCode {
  bad_request,
  unauthorized,
  forbidden,
  not_found,
  too_large,
  rate_limited,
  conflict,
  unavailable,
  internal
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

// The code as it goes on the wire, for example "rate_limited".
std::string_view to_text(ErrorCode code);

// Whether the same request may succeed later without being changed.
bool is_temporary(ErrorCode code);

}  // namespace duplex::chat
