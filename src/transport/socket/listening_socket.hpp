// Sockets that wait for connections.
#pragma once

#include "transport/socket/descriptor.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// A bound, listening, non-blocking socket. A name is resolved (which may block), IPv4 addresses are tried
/// first, and the first address that works is taken. "::" takes IPv4 connections too. What it accepts sends
/// without delay.
Result<Descriptor> open_listening_socket(const Endpoint& endpoint, PortSharing sharing);

/// Whether an accept() would find a connection now.
bool has_connection_waiting(const Descriptor& socket);

/// The port that the system gave to a socket bound to port 0.
std::uint16_t local_port(const Descriptor& socket);

}  // namespace duplex::transport
