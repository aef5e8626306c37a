// Bytes that were accepted and have to wait for room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#include <duplex/bytes.hpp>

#include "transport/socket/descriptor.hpp"
#include "transport/uring/slot_table.hpp"

namespace duplex::transport {

class UringStream;

/// One send that waits in the kernel until the system takes the bytes. A stream has at most one and accepts
/// nothing meanwhile; a stream that is destroyed leaves its backlog, with the socket, to the loop.
class Backlog {
 public:
  Backlog(UringStream& owner, ConstBytes bytes)
      : stream(&owner), memory_(new std::byte[bytes.size()]), bytes_left_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), memory_.get());
  }

  ConstBytes bytes() const { return {memory_.get() + sent_bytes_, bytes_left_}; }
  void consume(std::size_t count) {
    sent_bytes_ += count;
    bytes_left_ -= count;
  }

  /// Of one write() that finds no room, so much is accepted.
  static constexpr std::size_t bytes_max = 32 * 1024;

  UringStream* stream;       ///< null once it is destroyed
  Descriptor socket;         ///< from then on
  Ticket ticket;             ///< in the loop's table
  bool is_unwanted = false;  ///< it was to be aborted

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::size_t sent_bytes_ = 0;
  std::size_t bytes_left_ = 0;
};

}  // namespace duplex::transport
