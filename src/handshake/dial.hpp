// The client's half of the opening handshake (RFC 6455 §4.1): the request, and what its answer has to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <duplex/bytes.hpp>
#include <duplex/errors.hpp>
#include <duplex/http.hpp>

#include "handshake/extensions.hpp"
#include "handshake/key.hpp"
#include "handshake/url.hpp"

namespace duplex::handshake {

/// What a client asks for besides the URL.
struct DialRequestOptions {
  std::vector<std::string> subprotocols;  ///< different tokens in order of preference
  Extensions extensions;                  ///< offers in order of preference
  std::string origin;                     ///< empty: none is sent
  HeaderFields headers;                   ///< Cookie, Authorization, …; none that the handshake owns
};

/// Appends the request. On an error (misuse) nothing was appended.
Result<void> make_request(const Url& url, const DialRequestOptions& options, const Key& key,
                          ByteBuffer& output);

/// What a client does when none of its subprotocols was chosen: RFC 6455 allows it, browsers fail.
enum class MissingSubprotocol { accept, fail };

/// What both sides agreed on; the rest of the 101 stays with the response.
struct DialAgreement {
  std::string subprotocol;  ///< empty: none
  Extensions extensions;    ///< in processing order
};

/// Checks the final response against what was asked. Errors are the peer's.
Result<DialAgreement> check_response(const Response& response, const DialRequestOptions& options,
                                     const Key& key, MissingSubprotocol missing = MissingSubprotocol::accept);

}  // namespace duplex::handshake
