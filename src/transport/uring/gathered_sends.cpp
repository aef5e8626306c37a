#include "transport/uring/gathered_sends.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "transport/uring/completion.hpp"
#include "transport/uring/uring_stream.hpp"

namespace duplex::transport {

GatheredSends::GatheredSends()
    : memory_(new std::byte[turn_bytes_max]) {  // not make_unique: it would touch every page
  pieces_.reserve(pieces_usual);
}

bool GatheredSends::add(UringStream& stream, std::span<const ConstBytes> pieces, std::size_t bytes) {
  const bool is_first = stream.gathered_send() == UringStream::no_send;
  const std::size_t before = is_first ? 0 : pieces_[stream.gathered_send()].bytes;
  if (before + bytes > stream_bytes_max || used_bytes_ + before + bytes > turn_bytes_max) return false;
  if (is_first) {
    stream.set_gathered_send(static_cast<std::uint32_t>(pieces_.size()));
    pieces_.push_back({&stream, static_cast<std::uint32_t>(used_bytes_), 0});
  }
  Piece& piece = pieces_[stream.gathered_send()];
  if (piece.begin + piece.bytes != used_bytes_) move_to_end(piece);
  for (const ConstBytes each : pieces) {
    std::copy(each.begin(), each.end(), memory_.get() + used_bytes_);
    used_bytes_ += each.size();
  }
  piece.bytes += static_cast<std::uint32_t>(bytes);
  return true;
}

void GatheredSends::move_to_end(Piece& piece) {
  std::memcpy(memory_.get() + used_bytes_, memory_.get() + piece.begin, piece.bytes);
  piece.begin = static_cast<std::uint32_t>(used_bytes_);
  used_bytes_ += piece.bytes;
}

ConstBytes GatheredSends::withdraw(UringStream& stream) {
  if (stream.gathered_send() == UringStream::no_send) return {};
  Piece& piece = pieces_[stream.gathered_send()];
  piece.stream = nullptr;
  stream.set_gathered_send(UringStream::no_send);
  return {memory_.get() + piece.begin, piece.bytes};
}

bool GatheredSends::prepare(Ring& ring) {
  for (std::uint32_t number = 0; number < pieces_.size(); ++number) {
    const Piece& piece = pieces_[number];
    if (piece.stream == nullptr) continue;
    piece.stream->set_gathered_send(UringStream::no_send);
    io_uring_sqe& entry = ring.next_entry();
    // "Wait for all" and "do not wait" together: anything less than all is a failure, and failures are heard.
    io_uring_prep_send(&entry, piece.stream->socket(), memory_.get() + piece.begin, piece.bytes,
                       MSG_NOSIGNAL | MSG_DONTWAIT | MSG_WAITALL);
    entry.flags |= IOSQE_CQE_SKIP_SUCCESS;
    entry.user_data = completion_name(Operation::send, {number, 0});
  }
  return !pieces_.empty();
}

void GatheredSends::handle_completion(const io_uring_cqe& completion) {
  const Piece& piece = pieces_[ticket_of(completion).index];
  const ConstBytes bytes(memory_.get() + piece.begin, piece.bytes);
  if (completion.res >= 0) {
    piece.stream->send_later(bytes.subspan(static_cast<std::size_t>(completion.res)));
  } else if (completion.res == -EAGAIN) {
    piece.stream->send_later(bytes);
  } else {
    piece.stream->fail(-completion.res);
  }
}

void GatheredSends::clear() {
  pieces_.clear();
  used_bytes_ = 0;
}

}  // namespace duplex::transport
