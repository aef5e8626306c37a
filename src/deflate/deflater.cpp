#include "deflate/deflater.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "deflate/bit_writer.hpp"
#include "deflate/block.hpp"
#include "deflate/inflater.hpp"

namespace duplex::deflate {
namespace {

constexpr std::size_t match_bytes_min = 4;
// A match has to gain this much, and one that begins a byte later that much more: see Match::gain(). Measured
// on short messages, where a match that lies far back takes more room than the digits that it stands for.
constexpr int gain_min = 10;
constexpr int literal_gain = 4;

constexpr int slot_bits = 12;
constexpr std::size_t slots = std::size_t{1} << slot_bits;
// Hashes read that far, be it beyond the end: what they find is compared.
constexpr std::size_t hashed_bytes_max = 12;

// Room for new bytes behind the window, so that it moves seldom and small windows do not make small blocks.
// With the largest window this makes 64 KiB: positions have 16 bits.
constexpr std::size_t fresh_bytes_min = 8192;
constexpr std::size_t sent_bytes(std::size_t window_bytes) {
  return window_bytes + std::max(window_bytes, fresh_bytes_min) + hashed_bytes_max;
}

constexpr unsigned stored_block_bits = 3;
// With its padding and its two lengths.
constexpr std::size_t stored_block_bits_max = stored_block_bits + 7 + 32;

template<class Word>
Word load(const std::byte* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Multiplicative hashing, by odd numbers without a pattern in their bits.
std::size_t slot_by_five(const std::byte* bytes) {
  return (load<std::uint64_t>(bytes) << 24) * 0x9E3779B97F4A7C15U >> (64 - slot_bits);
}
std::size_t slot_by_twelve(const std::byte* bytes) {
  const std::uint64_t hash =
      load<std::uint64_t>(bytes) * 0x9E3779B97F4A7C15U + load<std::uint64_t>(bytes + 4) * 0xC2B2AE3D27D4EB4FU;
  return hash >> (64 - slot_bits);
}

std::size_t common_bytes(const std::byte* left, const std::byte* right, std::size_t max) {
  std::size_t count = 0;
  for (; count + sizeof(std::uint64_t) <= max; count += sizeof(std::uint64_t)) {
    const std::uint64_t difference = load<std::uint64_t>(left + count) ^ load<std::uint64_t>(right + count);
    if (difference != 0) return count + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
  }
  while (count < max && left[count] == right[count]) ++count;
  return count;
}

}  // namespace

/// About the bits that it saves: a byte takes four of them at least, a distance as many as it has.
int Deflater::Match::gain() const {
  return static_cast<int>(length) * 4 - static_cast<int>(std::bit_width(distance));
}

Deflater::Deflater(int window_bits)
    : window_bytes_(std::size_t{1} << window_bits),
      reach_bytes_max_(window_bytes_),
      sent_(sent_bytes(window_bytes_)),
      last_by_five_(slots),
      last_by_twelve_(slots) {}

void Deflater::deflate(ConstBytes piece, End end, ByteBuffer& output) {
  if (piece.empty()) {
    // There is nothing to flush, but an empty message is an empty stored block (RFC 7692 §7.2.3.6).
    if (end == End::message) output.append({stripped_tail().data(), 1});
    return;
  }
  BitWriter writer(output);
  while (!piece.empty()) deflate_section(take_in(piece), writer);
  // A flush is an empty stored block, and the tail its two lengths (RFC 7692 §7.2.1).
  writer.begin(stored_block_bits_max);
  writer.put(0, stored_block_bits);
  writer.align();
  if (end == End::chunk) writer.put_bytes(stripped_tail());
  writer.end();
}

void Deflater::learn(ConstBytes message) {
  while (!message.empty()) {
    std::size_t position = end_;
    take_in(message);
    for (; position < end_; ++position) find_match(position);
  }
}

std::size_t Deflater::sent_bytes_max() const { return sent_.size() - hashed_bytes_max; }

/// Moves what there is room for from the front of `piece` behind what was sent.
ConstBytes Deflater::take_in(ConstBytes& piece) {
  if (piece.size() > sent_bytes_max() - end_) slide();
  const ConstBytes section = piece.first(std::min(piece.size(), sent_bytes_max() - end_));
  std::memcpy(sent_.data() + end_, section.data(), section.size());
  end_ += section.size();
  piece = piece.subspan(section.size());
  return section;
}

void Deflater::slide() {
  if (end_ <= window_bytes_) return;
  const std::size_t distance = end_ - window_bytes_;
  std::memmove(sent_.data(), sent_.data() + distance, window_bytes_);
  end_ = window_bytes_;
  forgotten_ -= std::min(forgotten_, distance);
  // What is no longer there leads to the first byte now, and is compared like everything.
  for (auto* positions : {&last_by_five_, &last_by_twelve_})
    for (std::uint16_t& position : *positions)
      position = static_cast<std::uint16_t>(position - std::min<std::size_t>(position, distance));
}

/// A match gives way to a better one that begins a byte later ("lazy matching"). What lies inside of one is
/// not remembered: half the time, for one byte in a hundred.
void Deflater::deflate_section(ConstBytes section, BitWriter& writer) {
  Block block;
  std::size_t position = end_ - section.size();
  std::size_t written = 0;
  Match held;  // begins a byte before `position`
  while (position < end_ || held.length > 0) {
    const Match match = find_match(position);
    if (held.length == 0 && match.length == 0) {
      block.add_literal(sent_[position++]);
    } else if (held.length == 0 || match.gain() > held.gain() + literal_gain) {
      if (held.length > 0) block.add_literal(sent_[position - 1]);
      held = match;
      ++position;
      continue;
    } else {
      block.add_match(held.length, held.distance);
      position += held.length - 1;
      held = {};
    }
    if (!block.is_full() && position < end_) continue;
    const std::size_t taken = section.size() - (end_ - position);
    block.write(section.subspan(written, taken - written), writer);
    written = taken;
  }
}

/// Where the next bytes were seen last, if it is worth referring to; and remembers them. Twelve bytes in
/// common are likely to be more of them than what was seen last of all.
inline Deflater::Match Deflater::find_match(std::size_t position) {
  if (position + match_bytes_min > end_) return {};
  const std::byte* const sent = sent_.data();
  const std::byte* const here = sent + position;
  const auto now = static_cast<std::uint16_t>(position);
  const std::size_t last = std::exchange(last_by_five_[slot_by_five(here)], now);
  const std::size_t similar = std::exchange(last_by_twelve_[slot_by_twelve(here)], now);
  const std::size_t reach = std::min(position - forgotten_, reach_bytes_max_);
  const auto is_in_reach = [&](std::size_t other) { return position - other - 1 < reach; };
  if (load<std::uint32_t>(here) != load<std::uint32_t>(sent + last) || !is_in_reach(last)) return {};
  const bool is_similar =
      load<std::uint64_t>(here) == load<std::uint64_t>(sent + similar) && is_in_reach(similar);
  const std::size_t other = is_similar ? similar : last;
  const std::size_t left = std::min(end_ - position, match_bytes_max);
  const Match match{common_bytes(here, sent + other, left), position - other};
  return match.gain() > gain_min ? match : Match();
}

std::size_t Deflater::memory_bytes(int window_bits) {
  return sizeof(Deflater) + sent_bytes(std::size_t{1} << window_bits) + 2 * slots * sizeof(std::uint16_t);
}

}  // namespace duplex::deflate
