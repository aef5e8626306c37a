#include "deflate/deflater.hpp"

#include <algorithm>
#include <new>

#include <zlib.h>

#include "base/assert.hpp"
#include "deflate/inflater.hpp"

namespace duplex::deflate {
namespace {

// Of zlib's nine levels the one before "lazy matching": half the time of its default, and a tenth more bytes.
constexpr int level = 3;
// Memory for hash chains: 2^(8+9) bytes besides the window; less for a small window.
constexpr int memory_level_max = 8;
constexpr std::size_t state_bytes = 6'000;
// zlib counts in 32 bits.
constexpr std::size_t piece_bytes_max = std::size_t{1} << 30;
constexpr std::size_t output_step_bytes_min = 64;

int memory_level(int window_bits) { return std::min(window_bits - 7, memory_level_max); }

Bytef* as_zlib(ConstBytes bytes) {
  // zlib does not write to its input; its interface is older than const.
  return reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
}

}  // namespace

Deflater::Deflater(int window_bits) : window_bits_(window_bits), stream_(std::make_unique<z_stream>()) {
  // Negative: DEFLATE without zlib's header.
  const int result = deflateInit2(stream_.get(), level, Z_DEFLATED, -window_bits, memory_level(window_bits),
                                  Z_DEFAULT_STRATEGY);
  if (result != Z_OK) throw std::bad_alloc();
}

Deflater::~Deflater() { deflateEnd(stream_.get()); }

void Deflater::deflate(ConstBytes piece, End end, ByteBuffer& output) {
  if (piece.empty()) {
    // zlib writes nothing for a second flush in a row, but an empty message is an empty stored block (RFC
    // 7692 §7.2.3.6).
    if (end == End::message) output.append({stripped_tail().data(), 1});
    return;
  }
  z_stream& stream = *stream_;
  do {
    const ConstBytes now = piece.first(std::min(piece.size(), piece_bytes_max));
    piece = piece.subspan(now.size());
    stream.next_in = as_zlib(now);
    stream.avail_in = static_cast<uInt>(now.size());
    do {
      // A flush is complete when it leaves room over (zlib.h, deflate()).
      const std::size_t room = std::max<std::size_t>(stream.avail_in / 2, output_step_bytes_min);
      stream.next_out = reinterpret_cast<Bytef*>(output.prepare(room));
      stream.avail_out = static_cast<uInt>(room);
      const int result = ::deflate(&stream, piece.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH);
      DUPLEX_ASSERT(result == Z_OK || result == Z_BUF_ERROR);
      output.commit(room - stream.avail_out);
    } while (stream.avail_out == 0);
  } while (!piece.empty());
  if (end == End::message) output.drop_back(stripped_tail().size());
}

void Deflater::learn(ConstBytes message) {
  if (message.empty()) return;
  const ConstBytes end = message.last(std::min(message.size(), piece_bytes_max));
  const int result = deflateSetDictionary(stream_.get(), as_zlib(end), static_cast<uInt>(end.size()));
  DUPLEX_ASSERT(result == Z_OK);
}

void Deflater::reset() {
  const int result = deflateReset(stream_.get());
  DUPLEX_ASSERT(result == Z_OK);
}

// zconf.h: (1 << (windowBits + 2)) + (1 << (memLevel + 9)).
std::size_t Deflater::memory_bytes(int window_bits) {
  return state_bytes + (std::size_t{1} << (window_bits + 2)) +
         (std::size_t{1} << (memory_level(window_bits) + 9));
}

}  // namespace duplex::deflate
