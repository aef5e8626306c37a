#include "deflate/pool.hpp"

#include <utility>

namespace duplex::deflate {
namespace {

// What is kept for the next message. More are made when more messages are under way at once.
constexpr std::size_t kept_contexts_max = 8;
constexpr std::size_t kept_buffers_max = 8;
constexpr std::size_t kept_buffer_bytes_max = 1'048'576;

template<class Context>
std::unique_ptr<Context> take(std::vector<std::unique_ptr<Context>>& kept) {
  if (kept.empty()) return std::make_unique<Context>(window_bits_max);
  std::unique_ptr<Context> context = std::move(kept.back());
  kept.pop_back();
  return context;
}

template<class Context>
void keep(std::vector<std::unique_ptr<Context>>& kept, std::unique_ptr<Context> context) {
  if (kept.size() >= kept_contexts_max) return;
  context->reset();
  kept.push_back(std::move(context));
}

}  // namespace

WholeInflater& Pool::whole_inflater() {
  return whole_inflater_ ? *whole_inflater_ : whole_inflater_.emplace();
}

std::unique_ptr<Inflater> Pool::take_inflater() { return take(inflaters_); }
void Pool::give(std::unique_ptr<Inflater> inflater) { keep(inflaters_, std::move(inflater)); }
std::unique_ptr<Deflater> Pool::take_deflater(int window_bits) {
  std::unique_ptr<Deflater> deflater = take(deflaters_);
  deflater->keep_to(window_bits);
  return deflater;
}
void Pool::give(std::unique_ptr<Deflater> deflater) { keep(deflaters_, std::move(deflater)); }

ByteBuffer Pool::take_buffer() {
  if (buffers_.empty()) return {};
  ByteBuffer buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

void Pool::give(ByteBuffer buffer) {
  if (buffer.capacity() == 0 || buffer.capacity() > kept_buffer_bytes_max) return;
  if (buffers_.size() >= kept_buffers_max) return;
  buffer.clear();
  buffers_.push_back(std::move(buffer));
}

std::size_t dedicated_bytes(const AgreedCompression& agreed) {
  std::size_t bytes = 0;
  if (agreed.sending.context_takeover) bytes += Deflater::memory_bytes(agreed.sending.window_bits);
  if (agreed.receiving.context_takeover) bytes += Inflater::memory_bytes(agreed.receiving.window_bits);
  return bytes;
}

}  // namespace duplex::deflate

namespace duplex {

CompressionPool::CompressionPool(std::size_t dedicated_bytes_max)
    : inner_(std::make_unique<deflate::Pool>(dedicated_bytes_max)) {}

CompressionPool::~CompressionPool() = default;

bool CompressionPool::has_room_for(const AgreedCompression& agreed) const {
  return inner_->has_room_for(deflate::dedicated_bytes(agreed));
}

std::size_t CompressionPool::dedicated_bytes() const { return inner_->dedicated_bytes(); }

}  // namespace duplex
