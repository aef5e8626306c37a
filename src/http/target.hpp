// The request target (RFC 9112 §3.2) taken apart, and percent-encoding (RFC 3986 §2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/security.hpp"

namespace duplex::http {

/// A request target that an origin server serves.
struct Target {
  std::string path;       ///< percent-decoded, free of dot segments, NUL and backslash; "*" for `OPTIONS *`
  std::string query;      ///< after '?', as it came
  std::string authority;  ///< of an absolute-form; else empty
};

/// What is wrong with a target, safe to publish; or the target.
struct TargetOutcome {
  std::optional<Target> target;
  std::string_view refusal;
};

/// Takes origin-form and absolute-form apart, and `*` for OPTIONS. An https target needs a secured connection
/// (RFC 9110 §7.4).
TargetOutcome parse_target(std::string_view method, std::string_view text, Security security);

/// May this stand raw in a path or query: unreserved and reserved characters but '#', and '%'.
bool is_uri_character(char character);
/// Nothing if an escape is not '%' and two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);
/// Escapes every byte that is not an unreserved character.
std::string percent_encode(std::string_view text);
/// Appends '%' and the byte as two upper-case hexadecimal digits.
void append_percent_encoded(char byte, std::string& output);

}  // namespace duplex::http
