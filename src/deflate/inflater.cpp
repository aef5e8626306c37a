#include "deflate/inflater.hpp"

#include <algorithm>
#include <array>
#include <new>

#include <zlib.h>

#include "base/assert.hpp"

namespace duplex::deflate {
namespace {

// data_type after inflate(): the unused bits of the last byte, and a flag (zlib.h).
constexpr int unused_bits = 7;
constexpr int is_between_blocks = 128;

// zlib counts in 32 bits; who lends more is asked again.
constexpr std::size_t input_bytes_max = std::size_t{1} << 30;
constexpr std::size_t state_bytes = 7'200;  // zlib.h: "about 7 KB" besides the window

}  // namespace

ConstBytes stripped_tail() {
  static constexpr std::array<std::byte, 4> tail = {std::byte{0}, std::byte{0}, std::byte{0xFF},
                                                    std::byte{0xFF}};
  return tail;
}

Inflater::Inflater(int window_bits) : stream_(std::make_unique<z_stream>()) {
  // Negative: DEFLATE without zlib's header.
  if (inflateInit2(stream_.get(), -window_bits) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(stream_.get()); }

Inflater::Progress Inflater::inflate(ConstBytes& input, Bytes room, std::size_t& written) {
  z_stream& stream = *stream_;
  const ConstBytes now = input.first(std::min(input.size(), input_bytes_max));
  // zlib does not write to its input; its interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(now.data()));
  stream.avail_in = static_cast<uInt>(now.size());
  stream.next_out = reinterpret_cast<Bytef*>(room.data());
  stream.avail_out = static_cast<uInt>(room.size());
  int result = Z_OK;
  bool has_ended = false;
  do {
    result = ::inflate(&stream, Z_SYNC_FLUSH);
    has_ended = result == Z_STREAM_END;
    // A final block ends the stream, not the message (RFC 7692 §7.2.3.4): what follows is a stream that goes
    // on with the same window. inflateReset() would forget it.
    if (has_ended) result = inflateResetKeep(&stream);
  } while (result == Z_OK && stream.avail_in > 0 && stream.avail_out > 0);
  input = input.subspan(now.size() - stream.avail_in);
  written = room.size() - stream.avail_out;
  if (result != Z_OK && result != Z_BUF_ERROR) return Progress::broken;
  // Asked with nothing to do, zlib forgets where it stands.
  if (!now.empty() || written > 0) {
    // What comes behind a final block begins with a byte of its own, and zlib has forgotten where it stood.
    is_at_block_boundary_ =
        has_ended || ((stream.data_type & is_between_blocks) != 0 && (stream.data_type & unused_bits) == 0);
  }
  return stream.avail_out == 0 ? Progress::full : Progress::hungry;
}

void Inflater::reset() {
  is_at_block_boundary_ = false;
  const int result = inflateReset(stream_.get());
  DUPLEX_ASSERT(result == Z_OK);
}

std::size_t Inflater::memory_bytes(int window_bits) { return state_bytes + (std::size_t{1} << window_bits); }

}  // namespace duplex::deflate
