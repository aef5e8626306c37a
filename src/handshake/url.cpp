#include "handshake/url.hpp"

#include <algorithm>

#include <duplex/log.hpp>

#include "http/authority.hpp"
#include "http/fields.hpp"
#include "http/target.hpp"

namespace duplex::handshake {
namespace {

constexpr std::uint16_t default_port(http::Security security) {
  return security == http::Security::tls ? 443 : 80;
}

bool is_ascii(char character) { return static_cast<unsigned char>(character) < 0x80; }

Error refuse(std::string_view text, std::string_view why) {
  return {ErrorKind::misuse, "the URL " + escape_for_log(text) + " " + std::string(why)};
}

/// Takes `ws://` or `wss://` off the front.
bool take_scheme(std::string_view& rest, http::Security& security) {
  const std::size_t end = rest.find("://");
  if (end == std::string_view::npos) return false;
  const std::string_view scheme = rest.substr(0, end);
  security = http::equal_ignoring_case(scheme, "wss") ? http::Security::tls : http::Security::plain;
  if (security == http::Security::plain && !http::equal_ignoring_case(scheme, "ws")) return false;
  rest.remove_prefix(end + 3);
  return true;
}

/// Path and query as a request target; empty if a character or an escape is malformed.
std::string make_resource_name(std::string_view text) {
  std::string name = text.starts_with('/') ? "" : "/";
  for (const char character : text) {
    if (!is_ascii(character))
      http::append_percent_encoded(character, name);
    else if (http::is_uri_character(character))
      name += character;
    else
      return {};
  }
  if (!http::percent_decode(name)) return {};
  if (name.ends_with('?') && name.find('?') == name.size() - 1) name.pop_back();  // an empty query is none
  return name;
}

/// What is wrong with the authority; empty if nothing is.
std::string_view read_authority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos) return "has user information, which belongs into a header";
  if (!std::all_of(text.begin(), text.end(), is_ascii))
    return "has a host outside of ASCII: write it in its xn-- form";
  const auto authority = http::parse_authority(text);
  if (!authority || authority->port == 0) return "has a malformed host or port";
  url.host = authority->host;
  if (url.host.starts_with('[')) url.host = url.host.substr(1, url.host.size() - 2);
  url.port = authority->port.value_or(default_port(url.security));
  return {};
}

}  // namespace

std::string Url::host_field() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  std::string field = is_ipv6 ? "[" + host + "]" : host;
  if (port != default_port(security)) field += ":" + std::to_string(port);
  return field;
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (!take_scheme(rest, url.security)) return refuse(text, "does not begin with ws:// or wss://");
  if (rest.find('#') != std::string_view::npos) return refuse(text, "has a fragment: write %23 for #");
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view why = read_authority(rest.substr(0, authority_end), url);
  if (!why.empty()) return refuse(text, why);
  url.resource_name = make_resource_name(rest.substr(authority_end));
  if (url.resource_name.empty()) return refuse(text, "has a malformed path or query");
  return url;
}

}  // namespace duplex::handshake
