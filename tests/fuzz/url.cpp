// ws URLs and what they are made of: a URL that is read says the same when it is written again, and the
// request that it leads to is one that our server reads as meant.
//
// The input: a byte that chooses (0 URL, 1 authority, 2 origin), then the text; for origins the request's
// authority and the origin with a line feed between them.
#include "handshake/url.hpp"
#include "canary.hpp"
#include "check.hpp"
#include "handshake/origin.hpp"
#include "http/authority.hpp"
#include "http/fields.hpp"
#include "http/target.hpp"
#include "input.hpp"

namespace duplex::fuzz {
namespace {

using handshake::parse_url;
using handshake::Url;
using http::Security;

std::string written(const Url& url) {
  const std::string scheme = url.security == Security::tls ? "wss" : "ws";
  std::string host_field = url.host_field();
  // A writer that leaves the port out when it is the other scheme's default.
  if (has_planted_bug && url.security == Security::plain && url.port == 443)
    host_field = host_field.substr(0, host_field.rfind(':'));
  return scheme + "://" + host_field + url.resource_name;
}

void check_target(const Url& url) {
  const http::TargetOutcome outcome = http::parse_target("GET", url.resource_name, url.security);
  if (outcome.target) return check(outcome.target->authority.empty(), "a resource name is an origin-form");
  // These our server refuses and others may not.
  const auto decoded = http::percent_decode(url.resource_name.substr(0, url.resource_name.find('?')));
  check(decoded.has_value(), "escapes of a resource name are whole");
  const std::string closed = *decoded + "/";
  const bool is_suspicious = closed.find("/./") != std::string::npos ||
                             closed.find("/../") != std::string::npos ||
                             decoded->find_first_of(std::string_view("\0\\", 2)) != std::string::npos;
  check(is_suspicious, "a resource name is a request target", outcome.refusal);
}

void check_url(std::string_view text) {
  const Result<Url> url = parse_url(text);
  if (!url) return check(!url.error().message.empty(), "a refusal says why");
  check(url->port != 0 && !url->host.empty(), "a URL has a host and a port");
  check(url->resource_name.starts_with('/'), "a resource name begins with a slash");
  check(http::parse_authority(url->host_field()).has_value(), "the Host field is an authority");
  const Result<Url> again = parse_url(written(*url));
  check(static_cast<bool>(again), "a URL that is written can be read", written(*url));
  const auto described = [](const Url& each) {
    return written(each) + " " + each.host + " " + std::to_string(each.port) + " " + each.resource_name;
  };
  check_equal(described(*again), described(*url), "a URL that is written is read as the same");
  check_target(*url);
}

void check_authority(std::string_view text) {
  const auto authority = http::parse_authority(text);
  if (!authority) return;
  check(text.starts_with(authority->host) && !authority->host.empty(),
        "the host is the front of the authority");
  const std::string again =
      authority->host + (authority->port ? ":" + std::to_string(*authority->port) : std::string());
  const auto reread = http::parse_authority(again);
  check(reread && reread->host == authority->host && reread->port == authority->port,
        "an authority that is written is read as the same", again);
}

void check_origin(std::string_view authority, std::string_view origin) {
  Request request;
  request.authority = authority;
  const std::string own = "https://" + std::string(authority);
  if (http::parse_authority(authority)) {
    request.headers = {{"Origin", own}};
    const auto port = http::parse_authority(authority)->port;
    check(!port || handshake::is_origin_allowed(request, {}), "a page of the server's own may connect", own);
  }
  if (!http::is_field_value(origin)) return;
  request.headers = {{"Origin", std::string(origin)}};
  check(handshake::is_origin_allowed(request, {"*"}), "with * every page may connect");
  check(handshake::is_origin_allowed(request, {std::string(origin)}), "an origin that is listed may connect");
  if (!handshake::is_origin_allowed(request, {})) {
    const Response refusal = handshake::refuse_origin(origin);
    check(refusal.status == 403 && refusal.body.find('<') == std::string::npos,
          "a refusal carries no markup");
    return;
  }
  // Foreign pages must not get in by tricks of spelling: behind the scheme stands the host, and nothing else.
  const auto server = http::parse_authority(authority);
  const std::size_t scheme_end = origin.find("://");
  check(server && scheme_end != std::string_view::npos,
        "who is let in without a list is of the same authority");
  const std::string_view host = origin.substr(scheme_end + 3, server->host.size());
  check(http::equal_ignoring_case(host, server->host), "who is let in without a list is of the same host");
}

void run(Input input) {
  const unsigned choice = input.byte() % 3;
  const std::string_view text = as_text(input.rest());
  if (choice == 0) return check_url(text);
  if (choice == 1) return check_authority(text);
  const std::size_t end = std::min(text.find('\n'), text.size());
  check_origin(text.substr(0, end), text.substr(std::min(end + 1, text.size())));
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::run({data, size});
  return 0;
}
