#include "deflate/whole_inflater.hpp"

#include <algorithm>
#include <array>
#include <new>

#include <libdeflate.h>

#include "deflate/inflater.hpp"

namespace duplex::deflate {
namespace {

// An empty final stored block: libdeflate inflates up to the final block, and a message need not have one.
constexpr std::array<std::byte, 5> end_block = {std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0xFF},
                                                std::byte{0xFF}};

// The first guess at the inflated size, and what it is multiplied with while it is too small.
constexpr std::size_t expected_ratio = 6;
constexpr std::size_t output_bytes_min = 512;
constexpr std::size_t growth = 4;

}  // namespace

void WholeInflater::Free::operator()(libdeflate_decompressor* decompressor) const {
  libdeflate_free_decompressor(decompressor);
}

WholeInflater::WholeInflater() : decompressor_(libdeflate_alloc_decompressor()) {
  if (!decompressor_) throw std::bad_alloc();
}

WholeInflater::Result WholeInflater::inflate(ConstBytes compressed, std::uint64_t bytes_max,
                                             ByteBuffer& output) {
  input_.clear();
  input_.append(compressed);
  input_.append(stripped_tail());
  input_.append(end_block);
  const auto limit = static_cast<std::size_t>(bytes_max);
  std::size_t room = std::max({compressed.size() * expected_ratio, output_bytes_min, output.capacity()});
  libdeflate_result result = LIBDEFLATE_INSUFFICIENT_SPACE;
  std::size_t taken = 0;
  std::size_t written = 0;
  while (true) {
    room = std::min(room, limit);
    result = libdeflate_deflate_decompress_ex(decompressor_.get(), input_.data(), input_.size(),
                                              output.prepare(room), room, &taken, &written);
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room == limit) break;
    room = room > limit / growth ? limit : room * growth;
  }
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE) return Result::too_big;
  if (result != LIBDEFLATE_SUCCESS) return Result::broken;
  if (taken < input_.size()) return Result::ended_early;
  output.commit(written);
  return Result::done;
}

}  // namespace duplex::deflate
