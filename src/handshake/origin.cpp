#include "handshake/origin.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "http/authority.hpp"
#include "http/fields.hpp"
#include "http/status.hpp"
#include "http/target.hpp"

namespace duplex::handshake {
namespace {

std::uint16_t default_port(std::string_view scheme) {
  return http::equal_ignoring_case(scheme, "https") ? 443 : 80;
}

/// Is the origin `http(s)://` and the authority that the request was sent to? Inside of TLS only https is:
/// who can change what is sent in the clear can make pages of the http origin. Without TLS there may be a
/// proxy that has it, so both are.
bool is_own_origin(std::string_view origin, const Request& request) {
  const std::size_t scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const std::string_view scheme = origin.substr(0, scheme_end);
  const bool is_https = http::equal_ignoring_case(scheme, "https");
  const bool is_http = http::equal_ignoring_case(scheme, "http");
  if (!is_https && !(is_http && request.scheme == Scheme::http)) return false;
  const auto page = http::parse_authority(origin.substr(scheme_end + 3));
  const auto server = http::parse_authority(request.authority);
  if (!page || !server) return false;
  const std::uint16_t port = default_port(scheme);
  return http::equal_ignoring_case(page->host, server->host) &&
         page->port.value_or(port) == server->port.value_or(port);
}

}  // namespace

bool is_origin_allowed(const Request& request, const std::vector<std::string>& allowed) {
  const std::optional<std::string_view> origin = request.headers.find("Origin");
  if (!origin || is_own_origin(*origin, request)) return true;
  return std::any_of(allowed.begin(), allowed.end(), [&](std::string_view entry) {
    return entry == "*" || http::equal_ignoring_case(entry, *origin);
  });
}

Response refuse_origin(std::string_view origin) {
  // What is no URI is not echoed: an error page must not carry somebody's markup.
  const bool is_printable =
      !origin.empty() && std::all_of(origin.begin(), origin.end(), http::is_uri_character);
  const std::string name = is_printable ? std::string(origin) : "(not a URI)";
  return http::make_refusal(403, "Pages of the origin " + name +
                                     " may not connect here. To let them, add it to allowed_origins "
                                     "(--allow-origin ORIGIN).");
}

}  // namespace duplex::handshake
