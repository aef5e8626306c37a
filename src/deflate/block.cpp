#include "deflate/block.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "deflate/huffman.hpp"

namespace duplex::deflate {

/// The codes of one block: of literals with lengths, and of distances.
struct BlockCodes {
  std::array<Code, alphabet_symbols_max> literals{};  // with two that are numbered and never occur
  std::array<Code, distance_symbols> distances{};
};

namespace {

// RFC 1951 §3.2.3: three bits begin a block, here never with "final".
enum class Form : std::uint8_t { stored = 0, fixed = 2, dynamic = 4 };
constexpr unsigned form_bits = 3;
constexpr std::size_t stored_bits_max = form_bits + 7 + 32;

constexpr unsigned code_bits_max = 15;
// RFC 1951 §3.2.7: the lengths of the codes are written in a code of their own, with three symbols for rows.
constexpr unsigned length_code_bits_max = 7;
constexpr std::size_t length_code_symbols = 19;
constexpr std::size_t repeat_last = 16;   // 3-6 times
constexpr std::size_t repeat_zero = 17;   // 3-10 times
constexpr std::size_t repeat_zeros = 18;  // 11-138 times
constexpr std::array<Ranged, length_code_symbols> rows = [] {
  std::array<Ranged, length_code_symbols> table{};
  table[repeat_last] = {3, 2};
  table[repeat_zero] = {3, 3};
  table[repeat_zeros] = {11, 7};
  return table;
}();
constexpr std::array<std::uint8_t, length_code_symbols> length_code_order = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
constexpr std::size_t literals_min = 257;
constexpr std::size_t distances_min = 1;
constexpr std::size_t length_codes_min = 4;

// Beyond, codes of its own always pay off.
constexpr std::size_t fixed_tokens_max = 256;

// RFC 1951 §3.2.6.
const BlockCodes& fixed_codes() {
  static const BlockCodes codes = [] {
    BlockCodes result;
    for (std::size_t symbol = 0; symbol < alphabet_symbols_max; ++symbol)
      result.literals[symbol].length = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
    for (Code& code : result.distances) code.length = 5;
    number_codes(result.literals);
    number_codes(result.distances);
    return result;
  }();
  return codes;
}

/// How a block begins that brings its own codes.
class DynamicHeader {
 public:
  explicit DynamicHeader(const BlockCodes& codes) {
    while (literals_ > literals_min && codes.literals[literals_ - 1].length == 0) --literals_;
    while (distances_ > distances_min && codes.distances[distances_ - 1].length == 0) --distances_;
    std::array<std::uint8_t, literal_symbols + distance_symbols + 1> code_lengths;
    for (std::size_t symbol = 0; symbol < literals_; ++symbol)
      code_lengths[symbol] = codes.literals[symbol].length;
    for (std::size_t symbol = 0; symbol < distances_; ++symbol)
      code_lengths[literals_ + symbol] = codes.distances[symbol].length;
    code_lengths[literals_ + distances_] = no_length;
    shorten_rows(code_lengths.data(), literals_ + distances_);
    make_codes(frequencies_, length_code_bits_max, codes_);
    while (length_codes_ > length_codes_min && codes_[length_code_order[length_codes_ - 1]].length == 0)
      --length_codes_;
  }

  std::size_t bits() const {
    std::size_t bits = 14 + 3 * length_codes_;
    for (std::size_t symbol = 0; symbol < length_code_symbols; ++symbol)
      bits += frequencies_[symbol] * (codes_[symbol].length + std::size_t{rows[symbol].extra_bits});
    return bits;
  }

  void write(BitWriter& writer) const {
    writer.put(literals_ - literals_min, 5);
    writer.put(distances_ - distances_min, 5);
    writer.put(length_codes_ - length_codes_min, 4);
    writer.flush();
    for (std::size_t index = 0; index < length_codes_; ++index) {
      writer.put(codes_[length_code_order[index]].length, 3);
      writer.flush();
    }
    for (std::size_t index = 0; index < size_; ++index) {
      const Entry entry = entries_[index];
      writer.put(codes_[entry.symbol].bits, codes_[entry.symbol].length);
      writer.put(entry.extra, rows[entry.symbol].extra_bits);
      writer.flush();
    }
  }

 private:
  static constexpr std::uint8_t no_length = 0xFF;
  struct Entry {
    std::uint8_t symbol;
    std::uint8_t extra;
  };

  void shorten_rows(const std::uint8_t* code_lengths, std::size_t count) {
    for (std::size_t index = 0; index < count;) {
      const std::uint8_t length = code_lengths[index];
      std::size_t row = 1;
      while (code_lengths[index + row] == length) ++row;
      index += row;
      add_row(length, row);
    }
  }

  void add_row(std::uint8_t length, std::size_t row) {
    if (length == 0) {
      for (; row >= 11; row -= std::min<std::size_t>(row, 138))
        add(repeat_zeros, std::min<std::size_t>(row, 138));
      if (row >= 3) add(repeat_zero, std::exchange(row, 0));
    } else if (row > 3) {
      add(length, 0);
      --row;
      for (; row >= 3; row -= std::min<std::size_t>(row, 6)) add(repeat_last, std::min<std::size_t>(row, 6));
    }
    for (; row > 0; --row) add(length, 0);
  }

  void add(std::size_t symbol, std::size_t times) {
    ++frequencies_[symbol];
    entries_[size_++] = {static_cast<std::uint8_t>(symbol),
                         static_cast<std::uint8_t>(times - rows[symbol].base)};
  }

  std::size_t literals_ = literal_symbols;
  std::size_t distances_ = distance_symbols;
  std::size_t length_codes_ = length_code_symbols;
  std::array<std::uint16_t, length_code_symbols> frequencies_{};
  std::array<Code, length_code_symbols> codes_;
  std::size_t size_ = 0;
  std::array<Entry, literal_symbols + distance_symbols> entries_;
};

}  // namespace

/// Behind the symbols of lengths and distances.
std::size_t Block::extra_bits() const {
  std::size_t bits = 0;
  for (std::size_t index = 0; index < length_symbols; ++index)
    bits += std::size_t{literal_frequencies_[first_length_symbol + index]} * lengths[index].extra_bits;
  for (std::size_t symbol = 0; symbol < distance_symbols; ++symbol)
    bits += std::size_t{distance_frequencies_[symbol]} * distances[symbol].extra_bits;
  return bits;
}

std::size_t Block::fixed_bits() const {
  std::size_t bits = 0;
  for (std::size_t symbol = 0; symbol < literal_symbols; ++symbol)
    bits += std::size_t{literal_frequencies_[symbol]} * fixed_codes().literals[symbol].length;
  for (std::size_t symbol = 0; symbol < distance_symbols; ++symbol)
    bits += std::size_t{distance_frequencies_[symbol]} * fixed_codes().distances[symbol].length;
  return bits;
}

void Block::write(ConstBytes content, BitWriter& writer) {
  literal_frequencies_[end_of_block] = 1;
  // Some receivers want two codes for distances, needed or not (RFC 1951 §3.2.7 allows fewer).
  for (std::size_t symbol = 0; symbol < 2; ++symbol)
    distance_frequencies_[symbol] = std::max<std::uint16_t>(distance_frequencies_[symbol], 1);
  BlockCodes codes;
  const std::size_t symbol_bits =
      make_codes(literal_frequencies_, code_bits_max, std::span(codes.literals).first(literal_symbols)) +
      make_codes(distance_frequencies_, code_bits_max, codes.distances);
  const DynamicHeader header(codes);
  const std::size_t extra = extra_bits();
  const std::size_t dynamic = header.bits() + symbol_bits + extra;
  const std::size_t fixed = size_ < fixed_tokens_max ? fixed_bits() + extra : dynamic;
  const std::size_t stored = stored_bits_max + 8 * content.size();
  const std::size_t bits = std::min({dynamic, fixed, stored});
  writer.begin(form_bits + bits);
  if (bits == dynamic) {
    writer.put(static_cast<unsigned>(Form::dynamic), form_bits);
    header.write(writer);
    write_tokens(codes, writer);
  } else if (bits == fixed) {
    writer.put(static_cast<unsigned>(Form::fixed), form_bits);
    write_tokens(fixed_codes(), writer);
  } else {
    write_stored(content, writer);
  }
  writer.end();
  clear();
}

void Block::write_stored(ConstBytes content, BitWriter& writer) {
  writer.put(static_cast<unsigned>(Form::stored), form_bits);
  writer.align();
  writer.put(content.size(), 16);
  writer.put(~content.size() & 0xFFFF, 16);
  writer.flush();
  writer.put_bytes(content);
}

inline void Block::write_match(const BlockCodes& codes, std::size_t length, std::size_t distance,
                               BitWriter& writer) {
  const std::size_t length_index = length_indices[length];
  const Code length_code = codes.literals[first_length_symbol + length_index];
  writer.put(length_code.bits, length_code.length);
  writer.put(length - lengths[length_index].base, lengths[length_index].extra_bits);
  const std::size_t distance_index = distance_symbol(distance);
  const Code distance_code = codes.distances[distance_index];
  writer.put(distance_code.bits, distance_code.length);
  writer.put(distance - distances[distance_index].base, distances[distance_index].extra_bits);
}

void Block::write_tokens(const BlockCodes& codes, BitWriter& writer) const {
  BitWriter local = writer;  // in registers: its stores could be to itself, as far as the compiler knows
  for (std::size_t index = 0; index < size_; ++index) {
    const std::uint32_t token = tokens_[index];
    const std::size_t length = token >> length_shift;
    if (length == 0) {
      const Code literal = codes.literals[token];
      local.put(literal.bits, literal.length);
    } else {
      write_match(codes, length, token & distance_mask, local);
    }
    local.flush();
  }
  const Code end = codes.literals[end_of_block];
  local.put(end.bits, end.length);
  writer = local;
}

void Block::clear() {
  literal_frequencies_ = {};
  distance_frequencies_ = {};
  size_ = 0;
}

}  // namespace duplex::deflate
