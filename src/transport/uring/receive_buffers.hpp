// The memory into which the kernel receives, for all streams of a loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <duplex/bytes.hpp>

#include "transport/uring/ring.hpp"

namespace duplex::transport {

/// A ring of buffers lent to the kernel, which fills them in order for whoever has bytes. Bytes are borrowed
/// from here for one call; give_back() makes the room behind them the kernel's again.
///
/// Used piece by piece, a buffer takes what many receives bring, closely packed: large reads find a large
/// buffer and small ones do not waste it. Kernels that cannot do this use a whole buffer for each.
///
/// They are used in turns, so that all that are lent take memory before long, however little arrives: most of
/// them are lent only when the first have not been enough.
class ReceiveBuffers {
 public:
  enum class Use { piece_by_piece, whole };

  ReceiveBuffers() = default;
  ReceiveBuffers(const ReceiveBuffers&) = delete;
  ReceiveBuffers& operator=(const ReceiveBuffers&) = delete;

  /// Registers with a ring, which has to be closed before this is destroyed. The errno when it does not work,
  /// else 0.
  [[nodiscard]] int open(Ring& ring, Use use);

  /// Where the bytes of a completion lie. To be asked once for each completion that names a buffer, in the
  /// order of completions: that order is all that tells where in its buffer a piece begins.
  Bytes take(const io_uring_cqe& completion);
  /// After the bytes of that completion were used.
  void give_back(const io_uring_cqe& completion);

  /// A receive has found none.
  void lend_all();

  /// Bytes that can be on loan at once, which bounds what one turn receives.
  std::size_t total_bytes() const { return static_cast<std::size_t>(buffer_count_) * buffer_bytes_; }

  static constexpr std::uint16_t group = 1;

 private:
  struct Unmapper {
    std::size_t bytes;
    void operator()(std::byte* memory) const;
  };
  using Mapping = std::unique_ptr<std::byte, Unmapper>;
  static Mapping map(std::size_t bytes);

  std::byte* buffer(std::uint16_t id) const { return memory_.get() + std::size_t{id} * buffer_bytes_; }
  void lend(std::uint16_t id);
  std::uint16_t id_of(const io_uring_cqe& completion) const;

  static constexpr std::uint16_t buffer_count_max = 64;

  std::uint16_t buffer_count_ = 0;
  std::uint32_t buffer_bytes_ = 0;
  std::uint16_t lent_count_ = 0;  // of those that are lent again and again
  Mapping entries_;
  Mapping memory_;
  std::uint16_t tail_ = 0;
  std::array<std::uint32_t, buffer_count_max> used_bytes_{};
};

}  // namespace duplex::transport
