// How the fuzzer cuts a stream of bytes into reads.
#pragma once

#include <vector>

#include "input.hpp"

namespace duplex::fuzz {

/// The sizes of the reads, one after the other and then from the beginning again. Read from an input it is a
/// byte with their number (31 at most; more count as less) and a byte for each; without any the stream comes
/// in one read.
class Segments {
 public:
  static Segments read(Input& input);
  static Segments of_one_byte() { return Segments({1}); }
  static Segments whole() { return Segments({}); }

  /// Views of `stream`, none of them empty.
  template<class Stream>
  std::vector<Stream> cut(Stream stream) const;

 private:
  explicit Segments(std::vector<std::size_t> sizes) : sizes_(std::move(sizes)) {}

  static constexpr std::size_t pieces_max = 2'000;  // the rest comes in one, so that no input takes long

  std::vector<std::size_t> sizes_;
};

inline Segments Segments::read(Input& input) {
  constexpr std::size_t sizes_max = 31;
  std::vector<std::size_t> sizes(input.byte() % (sizes_max + 1));
  for (std::size_t& size : sizes) size = 1 + input.byte();
  return Segments(std::move(sizes));
}

template<class Stream>
std::vector<Stream> Segments::cut(Stream stream) const {
  std::vector<Stream> pieces;
  std::size_t at = 0;
  for (std::size_t number = 0; at < stream.size(); ++number) {
    const bool is_rest = sizes_.empty() || number == pieces_max;
    const std::size_t wanted = is_rest ? stream.size() : sizes_[number % sizes_.size()];
    const std::size_t size = std::min(wanted, stream.size() - at);
    pieces.emplace_back(stream.data() + at, size);
    at += size;
  }
  return pieces;
}

}  // namespace duplex::fuzz
