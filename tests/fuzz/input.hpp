// The fuzzer's bytes, read from the front as what a harness needs. Whatever is not there is zero, so that
// every input means something.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <duplex/bytes.hpp>

namespace duplex::fuzz {

class Input {
 public:
  /// Borrows the bytes.
  Input(const std::uint8_t* data, std::size_t size) : rest_(std::as_bytes(std::span(data, size))) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    const ConstBytes taken = take(1);
    return taken.empty() ? 0 : std::to_integer<std::uint8_t>(taken.front());
  }
  /// Two bytes, the high one first.
  std::size_t pair() {
    const std::size_t high = byte();
    return high * 256 + byte();
  }
  /// One byte that chooses.
  template<class T, std::size_t Size>
  const T& one_of(const T (&choices)[Size]) {
    return choices[byte() % Size];
  }
  /// A byte with their number, then the bytes, as far as they are there.
  ConstBytes bytes() { return take(byte()); }
  ConstBytes bytes(std::size_t count) { return take(count); }
  ConstBytes rest() { return take(rest_.size()); }

 private:
  ConstBytes take(std::size_t count) {
    const ConstBytes taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  ConstBytes rest_;
};

}  // namespace duplex::fuzz
