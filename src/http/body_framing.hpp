// How long a message body is (RFC 9112 §6.3). Whoever disagrees with a proxy about this is the second half of
// a request smuggling attack (§11.2), so everything ambiguous is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <duplex/http.hpp>

namespace duplex::http {

struct BodyFraming {
  enum class Kind {
    none,     ///< no length field at all
    length,   ///< exactly `bytes`
    chunked,  ///< up to the last chunk
  };
  Kind kind = Kind::none;
  std::uint64_t bytes = 0;
};

/// The framing that the fields announce, or the status (400, 501) and text of a refusal; it must close.
struct FramingOutcome {
  BodyFraming framing;
  int refusal_status = 0;  ///< 0: none
  std::string_view refusal;
};

FramingOutcome body_framing(const HeaderFields& fields, int version_minor);

/// Does the message announce a body of at least one byte? An unclear announcement counts as one.
bool announces_body(const HeaderFields& fields);

}  // namespace duplex::http
