// Views of bytes, and the one growable byte queue that everything here writes into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace duplex {

/// Borrowed bytes, read only. Valid for the call unless the receiver says otherwise.
using ConstBytes = std::span<const std::byte>;
/// Borrowed bytes that the callee may change in place (unmasking does).
using Bytes = std::span<std::byte>;

/// The bytes of a text, not copied.
inline ConstBytes as_bytes(std::string_view text) {
  return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

/// Bytes seen as text, not copied and not validated.
inline std::string_view as_text(ConstBytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A contiguous queue of bytes: append at the back, consume at the front. Unlike std::vector it never fills
/// memory that is about to be overwritten. Empty and fresh it holds no heap memory. A value; not thread-safe.
class ByteBuffer {
 public:
  ByteBuffer() = default;
  ByteBuffer(ByteBuffer&& other) noexcept { swap(other); }
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    ByteBuffer moved(std::move(other));
    swap(moved);
    return *this;
  }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;

  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }
  std::size_t capacity() const { return capacity_; }
  std::byte* data() { return storage_.get() + begin_; }
  const std::byte* data() const { return storage_.get() + begin_; }
  Bytes bytes() { return {data(), size()}; }
  ConstBytes bytes() const { return {data(), size()}; }

  /// Room for `count` bytes at the back; what was written there becomes content by commit(). The pointer is
  /// valid until the next call that is not const.
  std::byte* prepare(std::size_t count) {
    if (capacity_ - end_ < count) make_room(count);
    return storage_.get() + end_;
  }
  void commit(std::size_t count) { end_ += count; }

  void append(ConstBytes bytes) {
    if (bytes.empty()) return;
    std::memcpy(prepare(bytes.size()), bytes.data(), bytes.size());
    commit(bytes.size());
  }

  /// Forgets `count` bytes at the front. `count` is at most size().
  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) clear();
  }

  /// Forgets `count` bytes at the back. `count` is at most size().
  void drop_back(std::size_t count) { end_ -= count; }

  /// Empty again; keeps the memory for the next bytes.
  void clear() { begin_ = end_ = 0; }
  /// Empty again; gives the memory back.
  void release() { ByteBuffer().swap(*this); }

  void swap(ByteBuffer& other) noexcept {
    std::swap(storage_, other.storage_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  void make_room(std::size_t count);  // in src/base/bytes.cpp
  void grow(std::size_t capacity);

  std::unique_ptr<std::byte[], Free> storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace duplex
