// What a client offered in Sec-WebSocket-Protocol.
#pragma once

#include <string>

#include <duplex/http.hpp>

namespace duplex::cli {

/// The subprotocol that the client likes best; empty when it offered none.
std::string first_offered_subprotocol(const Request& request);

}  // namespace duplex::cli
