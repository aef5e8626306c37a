// The server's half of the opening handshake (RFC 6455 §4.2): a request in, an offer or a refusal out; then
// 101.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <duplex/bytes.hpp>
#include <duplex/errors.hpp>
#include <duplex/http.hpp>

#include "handshake/extensions.hpp"
#include "handshake/key.hpp"

namespace duplex::handshake {

enum class SubprotocolPolicy {
  optional,  ///< a client that offers none, or none that we speak, gets none
  required,  ///< it gets a 400
};

/// What a route accepts.
struct AcceptOptions {
  std::vector<std::string> subprotocols;  ///< those the route speaks; the client's order decides
  SubprotocolPolicy subprotocol_policy = SubprotocolPolicy::optional;
  std::vector<std::string> allowed_origins;  ///< besides the server's own; see origin.hpp
};

/// What a client asked for, checked. A value; holds no views.
struct ClientOffer {
  AcceptValue accept_value{};
  std::vector<std::string> subprotocols;  ///< in the client's order of preference
  Extensions extensions;                  ///< likewise
  bool expects_continue = false;          ///< 100 goes out before 101 (RFC 9110 §7.8)
};

/// Does the request ask for WebSocket: HTTP/1.1, `Connection: upgrade` and `Upgrade: websocket`? A path that
/// also serves plain HTTP decides by this.
bool asks_for_websocket(const Request& request);

/// Checks a request to a WebSocket route, first failure wins: method 405, no upgrade 426, version 400 or 426,
/// key 400, announced body 400, malformed subprotocols or extensions 400, origin 403, required subprotocol
/// 400. A request whose body is announced must come here before its body is read. Refusals that end the
/// connection say `Connection: close`.
std::variant<ClientOffer, Response> check_request(const Request& request, const AcceptOptions& options);

/// The first subprotocol of the client's list that we speak; compared exactly.
std::optional<std::string_view> choose_subprotocol(const ClientOffer& offer,
                                                   const std::vector<std::string>& supported);

/// What goes into the 101 besides the mandatory fields.
struct SwitchingOptions {
  std::string subprotocol;  ///< one that the client offered; empty for none
  Extensions extensions;    ///< as negotiated
  HeaderFields headers;     ///< the application's own, for example Set-Cookie
};

/// Appends the 101, behind a 100 if the client waits for one. On an error (misuse) nothing was appended.
Result<void> write_switching_response(const ClientOffer& offer, const SwitchingOptions& options,
                                      ByteBuffer& output);

}  // namespace duplex::handshake
