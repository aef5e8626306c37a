#include "transport/uring/receive_buffers.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>

#include "base/assert.hpp"
#include "transport/uring/kernel.hpp"

namespace duplex::transport {

namespace {

struct Shape {
  std::uint16_t count;
  std::uint16_t count_usual;
  std::uint32_t bytes;
};

// Piece by piece: few of many arrivals meet the end of one, and while one is being used up the next is there.
// Whole: few bytes take a whole one, so there have to be more of them, and they have to be small enough that
// all of them stay in the cache.
constexpr Shape piece_by_piece_shape{8, 2, 128 * 1024};
constexpr Shape whole_shape{64, 64, 32 * 1024};

io_uring_buf_ring* ring_of(std::byte* entries) { return reinterpret_cast<io_uring_buf_ring*>(entries); }

}  // namespace

void ReceiveBuffers::Unmapper::operator()(std::byte* memory) const { munmap(memory, bytes); }

ReceiveBuffers::Mapping ReceiveBuffers::map(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return {nullptr, {}};
  return {static_cast<std::byte*>(memory), {bytes}};
}

int ReceiveBuffers::open(Ring& ring, Use use) {
  const Shape shape = use == Use::piece_by_piece ? piece_by_piece_shape : whole_shape;
  static_assert(whole_shape.count <= buffer_count_max && piece_by_piece_shape.count <= buffer_count_max);
  buffer_count_ = shape.count;
  buffer_bytes_ = shape.bytes;
  entries_ = map(buffer_count_ * sizeof(io_uring_buf));
  memory_ = map(total_bytes());
  if (!entries_ || !memory_) return ENOMEM;
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(entries_.get());
  registration.ring_entries = buffer_count_;
  registration.bgid = group;
  // The headers of older kernels call the field of flags padding.
  registration.pad = use == Use::piece_by_piece ? kernel::buffers_incremental : std::uint16_t{0};
  const int result = io_uring_register(static_cast<unsigned>(ring.descriptor()), IORING_REGISTER_PBUF_RING,
                                       &registration, 1);
  if (result < 0) return -result;
  while (lent_count_ < shape.count_usual) lend(lent_count_++);
  return 0;
}

void ReceiveBuffers::lend_all() {
  while (lent_count_ < buffer_count_) lend(lent_count_++);
}

Bytes ReceiveBuffers::take(const io_uring_cqe& completion) {
  const auto count = static_cast<std::uint32_t>(std::max(completion.res, 0));
  std::uint32_t& used = used_bytes_[id_of(completion)];
  DUPLEX_ASSERT(used + count <= buffer_bytes_);
  const Bytes bytes(buffer(id_of(completion)) + used, count);
  used += count;
  return bytes;
}

void ReceiveBuffers::give_back(const io_uring_cqe& completion) {
  if ((completion.flags & kernel::completion_buffer_more) == 0) lend(id_of(completion));
}

std::uint16_t ReceiveBuffers::id_of(const io_uring_cqe& completion) const {
  const auto id = static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
  DUPLEX_ASSERT(id < buffer_count_);
  return id;
}

void ReceiveBuffers::lend(std::uint16_t id) {
  used_bytes_[id] = 0;
  io_uring_buf_ring* ring = ring_of(entries_.get());
  io_uring_buf& entry = ring->bufs[tail_ & (buffer_count_ - 1)];
  entry.addr = reinterpret_cast<std::uintptr_t>(buffer(id));
  entry.len = buffer_bytes_;
  entry.bid = id;
  ++tail_;
  io_uring_smp_store_release(&ring->tail, tail_);
}

}  // namespace duplex::transport
