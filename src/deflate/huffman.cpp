#include "deflate/huffman.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/assert.hpp"

namespace duplex::deflate {
namespace {

constexpr unsigned code_bits_max = 15;
constexpr unsigned symbol_bits = 9;
constexpr std::uint32_t symbol_mask = (1U << symbol_bits) - 1;

/// How many codes there are of each length.
using Counts = std::array<std::uint32_t, code_bits_max + 1>;

// Moffat and Katajainen, "In-Place Calculation of Minimum-Redundancy Codes" (1995). `weights` ascend; what
// comes out of the first half is each inner node's parent.
void link_parents(std::span<std::uint32_t> weights) {
  const std::size_t count = weights.size();
  std::size_t leaf = 0;
  std::size_t root = 0;
  for (std::size_t next = 0; next + 1 < count; ++next) {
    std::uint32_t weight = 0;
    for (int child = 0; child < 2; ++child) {
      if (leaf >= count || (root < next && weights[root] < weights[leaf])) {
        weight += weights[root];
        weights[root++] = static_cast<std::uint32_t>(next);
      } else {
        weight += weights[leaf++];
      }
    }
    weights[next] = weight;
  }
}

/// The lengths of an optimal code; longer ones than allowed count as the longest.
Counts count_lengths(std::span<std::uint32_t> weights, unsigned length_max) {
  link_parents(weights);
  Counts counts{};
  std::array<std::uint32_t, alphabet_symbols_max> inner_nodes{};
  const std::size_t root = weights.size() - 2;
  weights[root] = 0;
  inner_nodes[0] = 1;
  std::uint32_t depth_max = 0;
  for (std::size_t node = root; node-- > 0;) {
    weights[node] = weights[weights[node]] + 1;
    depth_max = std::max(depth_max, weights[node]);
    ++inner_nodes[weights[node]];
  }
  for (std::uint32_t depth = 0; depth <= depth_max; ++depth)
    counts[std::min(depth + 1, length_max)] += 2 * inner_nodes[depth] - inner_nodes[depth + 1];
  return counts;
}

/// Until the codes fit (Kraft's inequality): a longest code becomes the brother of a shorter one.
void shorten(Counts& counts, unsigned length_max) {
  std::uint32_t room = 0;
  for (unsigned length = 1; length <= length_max; ++length) room += counts[length] << (length_max - length);
  for (; room > 1U << length_max; --room) {
    unsigned length = length_max - 1;
    while (counts[length] == 0) --length;
    --counts[length];
    counts[length + 1] += 2;
    --counts[length_max];
  }
}

std::uint16_t reversed(unsigned code, unsigned length) {
  code = ((code & 0x5555U) << 1) | ((code >> 1) & 0x5555U);
  code = ((code & 0x3333U) << 2) | ((code >> 2) & 0x3333U);
  code = ((code & 0x0F0FU) << 4) | ((code >> 4) & 0x0F0FU);
  code = ((code & 0x00FFU) << 8) | ((code >> 8) & 0x00FFU);
  return static_cast<std::uint16_t>(code >> (16 - length));
}

/// The symbols that occur.
struct Used {
  std::array<std::uint16_t, alphabet_symbols_max> symbols;
  std::size_t count = 0;
};

// Of a text most symbols do not occur: four are passed over at a time.
void find_used(std::span<const std::uint16_t> frequencies, Used& used) {
  constexpr std::size_t step = 4;
  std::size_t symbol = 0;
  const auto look_at = [&](std::size_t end) {
    for (; symbol < end; ++symbol) {
      used.symbols[used.count] = static_cast<std::uint16_t>(symbol);
      used.count += frequencies[symbol] > 0 ? 1 : 0;
    }
  };
  while (symbol + step <= frequencies.size()) {
    std::uint64_t four = 0;
    std::memcpy(&four, &frequencies[symbol], sizeof four);
    if (four == 0) {
      symbol += step;
    } else {
      look_at(symbol + step);
    }
  }
  look_at(frequencies.size());
}

/// Frequencies with their symbols, the rarest first. Most symbols of a short message occur a few times: those
/// are sorted by counting.
using Sorted = std::array<std::uint32_t, alphabet_symbols_max>;

void sort_by_frequency(std::span<const std::uint16_t> frequencies, const Used& used, Sorted& sorted) {
  constexpr std::size_t rare = 32;
  std::array<std::uint16_t, rare + 1> starts{};
  const auto bucket = [&](std::size_t symbol) { return std::min<std::size_t>(frequencies[symbol], rare); };
  for (std::size_t index = 0; index < used.count; ++index) ++starts[bucket(used.symbols[index])];
  std::uint16_t start = 0;
  for (std::uint16_t& count : starts) start = static_cast<std::uint16_t>(start + std::exchange(count, start));
  const std::size_t first_frequent = starts[rare];
  for (std::size_t index = 0; index < used.count; ++index) {
    const std::uint16_t symbol = used.symbols[index];
    sorted[starts[bucket(symbol)]++] = std::uint32_t{frequencies[symbol]} << symbol_bits | symbol;
  }
  std::sort(sorted.data() + first_frequent, sorted.data() + used.count);
}

/// The first code of each length.
std::array<unsigned, code_bits_max + 1> first_codes(const Counts& counts) {
  std::array<unsigned, code_bits_max + 1> first{};
  for (unsigned length = 2; length <= code_bits_max; ++length)
    first[length] = (first[length - 1] + counts[length - 1]) << 1;
  return first;
}

}  // namespace

std::size_t make_codes(std::span<const std::uint16_t> frequencies, unsigned length_max,
                       std::span<Code> codes) {
  Used used;
  find_used(frequencies, used);
  DUPLEX_ASSERT(used.count >= 2);
  Sorted sorted;
  sort_by_frequency(frequencies, used, sorted);
  std::array<std::uint32_t, alphabet_symbols_max> weights;
  for (std::size_t index = 0; index < used.count; ++index) weights[index] = sorted[index] >> symbol_bits;
  Counts counts = count_lengths({weights.data(), used.count}, length_max);
  shorten(counts, length_max);
  std::fill(codes.begin(), codes.end(), Code{});
  std::size_t bits = 0;
  const std::uint32_t* rarest = sorted.data();
  for (unsigned length = length_max; length > 0; --length) {
    for (std::uint32_t left = counts[length]; left > 0; --left, ++rarest) {
      codes[*rarest & symbol_mask].length = static_cast<std::uint8_t>(length);
      bits += std::size_t{length} * (*rarest >> symbol_bits);
    }
  }
  auto next = first_codes(counts);
  for (std::size_t index = 0; index < used.count; ++index) {
    Code& code = codes[used.symbols[index]];
    code.bits = reversed(next[code.length]++, code.length);
  }
  return bits;
}

void number_codes(std::span<Code> codes) {
  Counts counts{};
  for (const Code& code : codes) ++counts[code.length];
  auto next = first_codes(counts);
  for (Code& code : codes)
    if (code.length > 0) code.bits = reversed(next[code.length]++, code.length);
}

}  // namespace duplex::deflate
