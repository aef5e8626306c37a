// How the kernel's completions name what they are about.
#pragma once

#include <cstdint>

#include "transport/uring/ring.hpp"
#include "transport/uring/slot_table.hpp"

namespace duplex::transport {

/// What was asked for; together with a ticket it is the user_data of an entry and comes back with its
/// completions.
enum class Operation : std::uint8_t {
  unheard,   ///< how it ended does not matter
  wake,      ///< another thread has posted something
  watch,     ///< some of the watched descriptors have news
  receive,   ///< bytes for a stream, their end or its loss
  readable,  ///< a stream that reads directly has news
  loss,      ///< a paused stream may be lost
  send,      ///< a gathered send did not go out whole; the ticket's index is its number
  backlog,   ///< a send that waited for room
};

inline std::uint64_t completion_name(Operation operation, Ticket ticket = {0, 0}) {
  return static_cast<std::uint64_t>(operation) | std::uint64_t{ticket.generation} << 8 |
         std::uint64_t{ticket.index} << 32;
}

inline Operation operation_of(const io_uring_cqe& completion) {
  return static_cast<Operation>(completion.user_data & 0xff);
}

inline Ticket ticket_of(const io_uring_cqe& completion) {
  return {static_cast<std::uint32_t>(completion.user_data >> 32),
          static_cast<std::uint32_t>(completion.user_data >> 8 & 0xff'ffff)};
}

inline bool has_more_to_come(const io_uring_cqe& completion) {
  return (completion.flags & IORING_CQE_F_MORE) != 0;
}

}  // namespace duplex::transport
