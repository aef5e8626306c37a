#include <duplex/bytes.hpp>

#include <algorithm>
#include <new>

namespace duplex {

void ByteBuffer::make_room(std::size_t count) {
  const std::size_t used = size();
  const bool is_moving_enough = capacity_ - used >= count && begin_ >= capacity_ / 2;  // half was consumed
  if (begin_ > 0 && used > 0) std::memmove(storage_.get(), data(), used);
  begin_ = 0;
  end_ = used;
  if (!is_moving_enough) grow(std::max<std::size_t>({64, used + count, capacity_ + capacity_ / 2}));
}

/// By realloc(), which moves the pages of large memory to another place instead of copying them: fresh pages
/// cost more than the bytes in them.
void ByteBuffer::grow(std::size_t capacity) {
  void* const grown = std::realloc(storage_.get(), capacity);
  if (grown == nullptr) throw std::bad_alloc();
  static_cast<void>(storage_.release());  // realloc() has taken it
  storage_.reset(static_cast<std::byte*>(grown));
  capacity_ = capacity;
}

}  // namespace duplex
