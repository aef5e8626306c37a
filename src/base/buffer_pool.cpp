#include <duplex/buffer_pool.hpp>

#include <utility>

namespace duplex {

namespace {

// What is written for one read of ordinary messages fits below it.
constexpr std::size_t large_bytes_min = 65'536;

}  // namespace

ByteBuffer BufferPool::take() { return take_from(small_, kept_bytes_); }

ByteBuffer BufferPool::take_large() { return take_from(large_, kept_bytes_); }

ByteBuffer BufferPool::take_from(std::vector<ByteBuffer>& buffers, std::size_t& kept_bytes) {
  if (buffers.empty()) return {};
  ByteBuffer buffer = std::move(buffers.back());
  buffers.pop_back();
  kept_bytes -= buffer.capacity();
  return buffer;
}

void BufferPool::give(ByteBuffer buffer) {
  if (buffer.capacity() == 0 || kept_bytes_ + buffer.capacity() > kept_bytes_max) return;
  std::vector<ByteBuffer>& buffers = buffer.capacity() < large_bytes_min ? small_ : large_;
  if (buffers.size() >= kept_buffers_max) return;
  buffer.clear();
  kept_bytes_ += buffer.capacity();
  buffers.push_back(std::move(buffer));
}

}  // namespace duplex
