#include "base/outbox.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace duplex::base {

void Outbox::push(ByteBuffer bytes, Kind kind) {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  Piece piece;
  piece.owned = std::move(bytes);
  piece.kind = kind;
  pieces_.push_back(std::move(piece));
}

void Outbox::push(Shared bytes, Kind kind) {
  if (bytes->empty()) return;
  bytes_ += bytes->size();
  Piece piece;
  piece.shared = std::move(bytes);
  piece.kind = kind;
  pieces_.push_back(std::move(piece));
}

std::size_t Outbox::gather(std::span<ConstBytes> views) const {
  const std::size_t count = std::min(views.size(), pieces_.size());
  for (std::size_t index = 0; index < count; ++index) views[index] = pieces_[index].rest();
  return count;
}

void Outbox::consume(std::size_t count, BufferPool& pool) {
  DUPLEX_ASSERT(count <= bytes_);
  bytes_ -= count;
  while (count > 0) {
    Piece& piece = pieces_.front();
    const std::size_t taken = std::min(count, piece.rest().size());
    piece.written += taken;
    count -= taken;
    if (!piece.rest().empty()) return;
    pool.give(std::move(piece.owned));
    pieces_.pop_front();
  }
}

bool Outbox::drop_oldest_message() {
  const auto oldest = std::find_if(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
    return piece.kind == Kind::message && piece.written == 0;
  });
  if (oldest == pieces_.end()) return false;
  bytes_ -= oldest->rest().size();
  pieces_.erase(oldest);
  return true;
}

}  // namespace duplex::base
