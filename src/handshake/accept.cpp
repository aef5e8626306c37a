#include "handshake/accept.hpp"

#include <algorithm>
#include <charconv>

#include "handshake/origin.hpp"
#include "handshake/owned_fields.hpp"
#include "http/body_framing.hpp"
#include "http/fields.hpp"
#include "http/request_semantics.hpp"
#include "http/response_writer.hpp"
#include "http/status.hpp"

namespace duplex::handshake {
namespace {

constexpr std::string_view spoken_version = "13";
constexpr int version_max = 255;

using Refusal = std::optional<Response>;

/// A client that breaks the handshake's grammar is not worth another request: what follows may be frames.
Refusal malformed(std::string_view text) { return http::make_closing_refusal(400, text); }

Refusal check_method(const Request& request) {
  if (request.method == "GET") return std::nullopt;
  Response refusal = http::make_refusal(405, "This resource speaks WebSocket, which begins with GET.");
  refusal.headers.add("Allow", "GET");
  return refusal;
}

/// 426 says which protocol it would take (RFC 9110 §15.5.22); the writer adds `Connection: Upgrade`.
Response require_upgrade(std::string_view text) {
  Response refusal = http::make_refusal(426, text);
  refusal.headers.add("Upgrade", "websocket");
  return refusal;
}

Refusal check_upgrade(const Request& request) {
  if (asks_for_websocket(request)) return std::nullopt;
  return require_upgrade("This resource speaks WebSocket only: connect with a WebSocket client.");
}

/// 0–255 without leading zeros (RFC 6455 §4.3).
bool is_version(std::string_view text) {
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size())
    return false;
  return version <= version_max && (text.front() != '0' || text.size() == 1);
}

Refusal check_version(const Request& request) {
  const std::optional<std::string_view> version = request.headers.find("Sec-WebSocket-Version");
  if (version == spoken_version && request.headers.count("Sec-WebSocket-Version") == 1) return std::nullopt;
  const bool is_well_formed =
      version && is_version(*version) && request.headers.count("Sec-WebSocket-Version") == 1;
  Refusal refusal = is_well_formed ? require_upgrade("The WebSocket version spoken here is 13.")
                                   : malformed("There has to be one valid Sec-WebSocket-Version field.");
  refusal->headers.add("Sec-WebSocket-Version", std::string(spoken_version));
  return refusal;
}

Refusal check_key(const Request& request) {
  if (request.headers.count("Sec-WebSocket-Key") == 1 &&
      is_valid_key(*request.headers.find("Sec-WebSocket-Key")))
    return std::nullopt;
  return malformed("There has to be one Sec-WebSocket-Key field with 16 bytes in base64.");
}

/// Nobody could tell the body of the request from the first frames.
Refusal check_body(const Request& request) {
  if (!http::announces_body(request.headers)) return std::nullopt;
  return malformed("A WebSocket handshake has no body.");
}

bool has_duplicates(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return std::adjacent_find(texts.begin(), texts.end()) != texts.end();
}

Refusal read_subprotocols(const Request& request, ClientOffer& offer) {
  if (request.headers.count("Sec-WebSocket-Protocol") == 0) return std::nullopt;
  const auto tokens = http::token_list(request.headers, "Sec-WebSocket-Protocol");
  if (!tokens || tokens->empty()) return malformed("Sec-WebSocket-Protocol is not a list of tokens.");
  offer.subprotocols.assign(tokens->begin(), tokens->end());
  if (has_duplicates(offer.subprotocols)) return malformed("A subprotocol is offered twice.");
  return std::nullopt;
}

Refusal read_extensions(const Request& request, ClientOffer& offer) {
  std::optional<Extensions> extensions = parse_extensions(request.headers);
  if (!extensions) return malformed("Sec-WebSocket-Extensions is malformed.");
  offer.extensions = std::move(*extensions);
  return std::nullopt;
}

Refusal check_origin(const Request& request, const AcceptOptions& options) {
  if (request.headers.count("Origin") > 1) return malformed("Origin came more than once.");
  if (is_origin_allowed(request, options.allowed_origins)) return std::nullopt;
  return refuse_origin(*request.headers.find("Origin"));
}

Refusal check_subprotocol(const ClientOffer& offer, const AcceptOptions& options) {
  if (options.subprotocol_policy == SubprotocolPolicy::optional) return std::nullopt;
  if (choose_subprotocol(offer, options.subprotocols)) return std::nullopt;
  std::string text = "This resource needs one of these subprotocols:";
  for (const std::string& subprotocol : options.subprotocols) text += " " + subprotocol;
  return http::make_refusal(400, text);
}

/// The first failure, in the documented order. Fills the offer on the way.
Refusal find_refusal(const Request& request, const AcceptOptions& options, ClientOffer& offer) {
  if (Refusal refusal = check_method(request)) return refusal;
  if (Refusal refusal = check_upgrade(request)) return refusal;
  if (Refusal refusal = check_version(request)) return refusal;
  if (Refusal refusal = check_key(request)) return refusal;
  if (Refusal refusal = check_body(request)) return refusal;
  if (Refusal refusal = read_subprotocols(request, offer)) return refusal;
  if (Refusal refusal = read_extensions(request, offer)) return refusal;
  if (Refusal refusal = check_origin(request, options)) return refusal;
  return check_subprotocol(offer, options);
}

bool is_offered(const ClientOffer& offer, const Extension& extension) {
  return std::any_of(offer.extensions.begin(), offer.extensions.end(),
                     [&](const Extension& offered) { return offered.name == extension.name; });
}

Result<void> check_switching_options(const ClientOffer& offer, const SwitchingOptions& options) {
  const auto& offered = offer.subprotocols;
  if (!options.subprotocol.empty() &&
      std::find(offered.begin(), offered.end(), options.subprotocol) == offered.end())
    return Error(ErrorKind::misuse, "accept chose a subprotocol that the client did not offer");
  for (const Extension& extension : options.extensions)
    if (!is_offered(offer, extension))
      return Error(ErrorKind::misuse, "accept chose an extension that the client did not offer");
  return check_application_fields(options.headers);
}

HeaderFields switching_fields(const ClientOffer& offer, const SwitchingOptions& options) {
  HeaderFields fields{{"Upgrade", "websocket"},
                      {"Connection", "Upgrade"},
                      {"Sec-WebSocket-Accept", std::string(text_of(offer.accept_value))}};
  if (!options.subprotocol.empty()) fields.add("Sec-WebSocket-Protocol", options.subprotocol);
  if (!options.extensions.empty())
    fields.add("Sec-WebSocket-Extensions", format_extensions(options.extensions));
  for (const HeaderField& field : options.headers) fields.add(field.name, field.value);
  return fields;
}

}  // namespace

bool asks_for_websocket(const Request& request) {
  return request.version_minor > 0 && request.headers.has_token("Connection", "upgrade") &&
         request.headers.has_token("Upgrade", "websocket");
}

std::variant<ClientOffer, Response> check_request(const Request& request, const AcceptOptions& options) {
  ClientOffer offer;
  if (Refusal refusal = find_refusal(request, options, offer)) {
    const bool says_close = refusal->headers.has_token("Connection", "close");
    if (!says_close && http::announces_body(request.headers)) refusal->headers.add("Connection", "close");
    return std::move(*refusal);
  }
  offer.accept_value = accept_value(*request.headers.find("Sec-WebSocket-Key"));
  offer.expects_continue = http::expects_continue(request);
  return offer;
}

std::optional<std::string_view> choose_subprotocol(const ClientOffer& offer,
                                                   const std::vector<std::string>& supported) {
  for (const std::string& wanted : offer.subprotocols)
    if (std::find(supported.begin(), supported.end(), wanted) != supported.end()) return wanted;
  return std::nullopt;
}

Result<void> write_switching_response(const ClientOffer& offer, const SwitchingOptions& options,
                                      ByteBuffer& output) {
  if (Result<void> check = check_switching_options(offer, options); !check) return check;
  if (offer.expects_continue) http::write_interim_response(100, {}, output);
  http::write_interim_response(101, switching_fields(offer, options), output);
  return {};
}

}  // namespace duplex::handshake
