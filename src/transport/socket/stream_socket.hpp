// What streams over the system's sockets do alike.
#pragma once

#include <sys/types.h>

#include <climits>
#include <cstddef>
#include <span>

#include <duplex/bytes.hpp>

#include "transport/socket/descriptor.hpp"

namespace duplex::transport {

/// The system takes no more pieces in one call.
inline constexpr std::size_t pieces_per_call_max = IOV_MAX;

std::size_t total_bytes(std::span<const ConstBytes> pieces);

/// What is to be sent together is gathered above; the system must not hold it back for more.
void disable_delay(const Descriptor& socket);

/// One system call with at most pieces_per_call_max pieces, at least one; as sendmsg(2) without SIGPIPE. The
/// socket does not block.
ssize_t send_pieces(const Descriptor& socket, std::span<const ConstBytes> pieces);

/// Closing the socket will be an abort (RST).
void discard_on_close(const Descriptor& socket);

}  // namespace duplex::transport
