// Endpoints as people read them.
#pragma once

#include <string>

#include "transport/transport.hpp"

namespace duplex::transport {

/// "host:port", with brackets around an IPv6 address.
std::string endpoint_text(const Endpoint& endpoint);

}  // namespace duplex::transport
