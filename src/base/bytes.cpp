#include <duplex/bytes.hpp>

#include <algorithm>

namespace duplex {

void ByteBuffer::make_room(std::size_t count) {
  const std::size_t used = size();
  if (capacity_ - used >= count && begin_ >= capacity_ / 2) {  // moving pays for itself: half was consumed
    std::memmove(storage_.get(), storage_.get() + begin_, used);
  } else {
    const std::size_t wanted = std::max<std::size_t>({64, used + count, capacity_ + capacity_ / 2});
    std::unique_ptr<std::byte[]> grown(new std::byte[wanted]);  // not make_unique: it would fill with zeros
    if (used > 0) std::memcpy(grown.get(), data(), used);
    storage_ = std::move(grown);
    capacity_ = wanted;
  }
  begin_ = 0;
  end_ = used;
}

}  // namespace duplex
