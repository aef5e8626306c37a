// Errors of sockets.
#pragma once

#include <string>

#include "transport/socket/descriptor.hpp"

namespace duplex::transport {

/// The system's words for an errno.
std::string system_text(int error);

/// The errno that waits at the socket, 0 for none; asking takes it away.
int take_pending_error(const Descriptor& socket);

}  // namespace duplex::transport
