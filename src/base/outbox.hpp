// What a peer has not taken yet: framed bytes in the order in which they have to be written.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <span>

#include <duplex/buffer_pool.hpp>
#include <duplex/bytes.hpp>

namespace duplex::base {

/// A queue of pieces, owned or shared. Exists only while a peer is slower than its sender. A value; one
/// thread.
class Outbox {
 public:
  /// A broadcast is framed once; everyone who still has to send it holds a reference.
  using Shared = std::shared_ptr<const ByteBuffer>;
  /// A `message` piece is exactly one whole message and may be dropped before its first byte is written.
  enum class Kind : std::uint8_t { message, indispensable };

  bool empty() const { return pieces_.empty(); }
  std::size_t bytes() const { return bytes_; }

  void push(ByteBuffer bytes, Kind kind);
  void push(Shared bytes, Kind kind);

  /// Fills `views` with the next pieces to write; returns how many it filled.
  std::size_t gather(std::span<ConstBytes> views) const;
  /// Forgets `count` written bytes; memory of what is written goes to the pool.
  void consume(std::size_t count, BufferPool& pool);

  /// Drops the oldest message that is not begun. False: there is none.
  bool drop_oldest_message();
  void drop_all_messages() {
    while (drop_oldest_message()) {
    }
  }

 private:
  struct Piece {
    ByteBuffer owned;
    Shared shared;
    std::size_t written = 0;
    Kind kind = Kind::message;
    ConstBytes rest() const {
      const ByteBuffer& all = shared ? *shared : owned;
      return all.bytes().subspan(written);
    }
  };

  std::deque<Piece> pieces_;
  std::size_t bytes_ = 0;
};

}  // namespace duplex::base
