// What a compressed message stands for, by plain zlib: the second opinion on everything that the library
// inflates.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace duplex::fuzz {

/// The messages of one direction, one after the other (RFC 7692 §7.2.2).
class InflateModel {
 public:
  enum class Window {
    agreed,   ///< what refers back further is broken
    largest,  ///< of 2^15 bytes, whatever was agreed: a receiver need not notice
  };
  InflateModel(bool takes_context_over, int window_bits)
      : takes_context_over_(takes_context_over), window_bits_(window_bits) {}

  struct Inflated {
    std::string message;  ///< as far as it goes
    bool is_broken = false;
    bool uses_reserved_code = false;  ///< which is what breaks it
  };
  /// The message behind `compressed`, which is without its tail. Stops when there is more than `bytes_max`.
  Inflated inflate(std::string_view compressed, std::size_t bytes_max, Window window) const;
  /// A message that was received; later ones may refer to it.
  void remember(std::string_view message);

 private:
  Inflated inflate_all(const std::string& stream, std::size_t bytes_max, int window_bits) const;

  const bool takes_context_over_;
  const int window_bits_;
  std::string history_;
};

}  // namespace duplex::fuzz
