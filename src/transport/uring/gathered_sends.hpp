// What the streams of a loop have to send in this turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <duplex/bytes.hpp>

#include "transport/uring/ring.hpp"

namespace duplex::transport {

class UringStream;

/// Small writes are copied into one piece of memory and go out with the system call that waits for news
/// anyway. These sends never wait: what the system does not take at once is given to the stream's Backlog
/// before the memory serves the next turn. So streams without room hold up nobody, and the memory is always
/// reused.
class GatheredSends {
 public:
  GatheredSends();

  /// Adds to what the stream sends in this turn. False: it is too much, for one stream or for all together.
  [[nodiscard]] bool add(UringStream& stream, std::span<const ConstBytes> pieces, std::size_t bytes);
  /// What the stream sends in this turn; the caller sends it otherwise.
  ConstBytes withdraw(UringStream& stream);

  /// Prepares one send for each stream. False: there is none.
  bool prepare(Ring& ring);
  /// The system has not taken all of a send.
  void handle_completion(const io_uring_cqe& completion);
  /// All that was prepared has been sent or handed on.
  void clear();

  /// More than that is sent at once by a call of its own, whose share is small then, and without a copy.
  static constexpr std::size_t stream_bytes_max = 8 * 1024;

 private:
  static constexpr std::size_t turn_bytes_max = 1024 * 1024;
  /// Beyond that memory is allocated within a turn.
  static constexpr std::size_t pieces_usual = 1024;

  struct Piece {
    UringStream* stream = nullptr;  // null when it was withdrawn
    std::uint32_t begin = 0;
    std::uint32_t bytes = 0;
  };

  void move_to_end(Piece& piece);

  std::unique_ptr<std::byte[]> memory_;
  std::size_t used_bytes_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace duplex::transport
