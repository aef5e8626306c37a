// Ownership of a file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace duplex::transport {

/// Closes what it holds. Move-only.
class Descriptor {
 public:
  Descriptor() = default;
  /// Takes over what a system call returned; a negative value is nothing.
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    other.close();
    return *this;
  }
  ~Descriptor() { close(); }

  explicit operator bool() const { return value_ >= 0; }
  int get() const { return value_; }
  /// Who takes it closes it.
  [[nodiscard]] int release() { return std::exchange(value_, -1); }
  void close() {
    if (value_ >= 0) ::close(std::exchange(value_, -1));
  }

 private:
  int value_ = -1;
};

}  // namespace duplex::transport
