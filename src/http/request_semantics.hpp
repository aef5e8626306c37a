// What a request asks of the connection that it came on.
#pragma once

#include <duplex/http.hpp>

namespace duplex::http {

enum class Persistence { keep_alive, close };

/// RFC 9112 §9.3: HTTP/1.1 persists unless it says `close`, HTTP/1.0 only if it says `keep-alive`.
Persistence persistence_of(const Request& request);

/// Does the client wait for `100 Continue` (RFC 9110 §10.1.1)? HTTP/1.0 never does. True also without a body:
/// the 100 then precedes a 101 (RFC 9110 §7.8), and may be left out before other answers.
bool expects_continue(const Request& request);

}  // namespace duplex::http
