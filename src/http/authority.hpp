// host[:port], as it stands in Host, in absolute targets, in origins and in URLs (RFC 3986 §3.2 without
// userinfo).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duplex::http {

struct Authority {
  std::string host;                   ///< as it came; an IPv6 address keeps its brackets
  std::optional<std::uint16_t> port;  ///< nothing if absent or empty
};

/// Nothing if the text is not an authority, has userinfo or an empty host. Narrower than RFC 3986: sub-delims
/// in a host are refused, because `Host: a,b` is two hosts to somebody.
std::optional<Authority> parse_authority(std::string_view text);

/// Is this an IPv6 address (RFC 4291 §2.2), without brackets and zone?
bool is_ipv6_address(std::string_view text);

}  // namespace duplex::http
