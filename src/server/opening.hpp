// The server's end of an opening handshake.
#pragma once

#include <optional>

#include <duplex/compression.hpp>

#include "connection/pump.hpp"
#include "handshake/accept.hpp"
#include "server/site.hpp"

namespace duplex::server {

/// Asks the route's accept hook about a valid offer and agrees on what is spoken. Nothing: the 101 is in
/// `start.output`, and the rest of `start` is as the 101 says. Otherwise the answer of a route that says no.
std::optional<Response> switch_protocols(const Site& site, const WebSocketRoute& route,
                                         const Request& request, const handshake::ClientOffer& offer,
                                         CompressionPool& compression, connection::Pump::Start& start);

}  // namespace duplex::server
