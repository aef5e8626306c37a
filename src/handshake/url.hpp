// ws and wss URLs (RFC 6455 §3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <duplex/errors.hpp>

#include "http/security.hpp"

namespace duplex::handshake {

/// Where to connect and what to ask for there. A value.
struct Url {
  http::Security security = http::Security::plain;
  std::string host;  ///< as it came; without the brackets of an IPv6 address: for the resolver and for TLS
  std::uint16_t port = 80;
  std::string resource_name;  ///< path and query, percent-encoded: the request target

  /// For the Host field: an IPv6 address in brackets, the port only if it is not the scheme's own.
  std::string host_field() const;
};

/// Errors are misuse and say what is wrong. Hosts outside of ASCII have to come in their xn-- form; other
/// characters outside of ASCII are percent-encoded.
Result<Url> parse_url(std::string_view text);

}  // namespace duplex::handshake
