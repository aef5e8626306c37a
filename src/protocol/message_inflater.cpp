#include "protocol/message_inflater.hpp"

#include <algorithm>
#include <utility>

namespace duplex::protocol {
namespace {

// A step takes memory in proportion to what has arrived: one byte of a message is not to hold 64 KiB.
constexpr std::size_t step_bytes_min = 4096;
constexpr std::size_t expected_ratio = 4;

}  // namespace

MessageInflater::MessageInflater(const AgreedCompression& agreed, std::uint64_t message_bytes_max,
                                 deflate::Pool& pool)
    : pool_(pool), message_bytes_max_(message_bytes_max) {
  if (!agreed.receiving.context_takeover) return;
  own_ = std::make_unique<deflate::Inflater>(agreed.receiving.window_bits);
  reserved_bytes_ = deflate::Inflater::memory_bytes(agreed.receiving.window_bits);
  pool_.reserve(reserved_bytes_);
}

MessageInflater::~MessageInflater() { pool_.release(reserved_bytes_); }

void MessageInflater::begin() {
  if (own_ == nullptr) borrowed_ = pool_.take_inflater();
  inflated_bytes_ = 0;
}

void MessageInflater::feed(ConstBytes compressed, bool is_end) {
  food_ = compressed;
  is_tail_due_ = is_end;
  is_end_fed_ = is_end;
}

std::variant<MessageInflater::Progress, Breach> MessageInflater::inflate(ByteBuffer& output) {
  using Step = deflate::Inflater::Progress;
  const std::size_t room_bytes =
      std::clamp(std::max(output.size(), food_.size() * expected_ratio), step_bytes_min, step_bytes_max);
  // One byte more than the limit, to know whether it is exceeded.
  const std::uint64_t left_bytes = message_bytes_max_ - inflated_bytes_;
  const std::size_t room = left_bytes < room_bytes ? static_cast<std::size_t>(left_bytes) + 1 : room_bytes;
  std::size_t filled = 0;
  while (filled < room && has_food()) {
    if (food_.empty() && is_tail_due_) {
      food_ = deflate::stripped_tail();
      is_tail_due_ = false;
    }
    std::size_t written = 0;
    const Step step = inflater().inflate(food_, {output.prepare(room - filled), room - filled}, written);
    output.commit(written);
    filled += written;
    is_full_ = step == Step::full;
    if (step == Step::broken) return Breach{Violation::invalid_deflate};
  }
  inflated_bytes_ += filled;
  if (inflated_bytes_ > message_bytes_max_) return too_big();
  if (has_food()) return Progress::full;
  if (!is_end_fed_) return Progress::hungry;
  // RFC 7692 §7.2.2: after the tail the stream stands before a block. zlib alone would not tell.
  if (!inflater().is_at_block_boundary()) return Breach{Violation::invalid_deflate};
  end();
  return Progress::done;
}

void MessageInflater::keep_food() {
  if (food_.empty()) return;
  ByteBuffer kept;
  kept.append(food_);
  kept_food_ = std::move(kept);
  food_ = std::as_const(kept_food_).bytes();
}

void MessageInflater::end() {
  is_end_fed_ = false;
  kept_food_.release();
  if (borrowed_ != nullptr) pool_.give(std::move(borrowed_));
}

void MessageInflater::abandon() {
  food_ = {};
  is_tail_due_ = is_full_ = false;
  end();
}

std::variant<Bytes, Breach> MessageInflater::inflate_whole(ConstBytes compressed) {
  using Result = deflate::WholeInflater::Result;
  inflated_ = pool_.take_buffer();
  if (own_ == nullptr && compressed.size() <= deflate::WholeInflater::compressed_bytes_max) {
    const Result result = pool_.whole_inflater().inflate(compressed, message_bytes_max_, inflated_);
    if (result == Result::done) return inflated_.bytes();
    if (result == Result::too_big) return too_big();
    if (result == Result::broken) return Breach{Violation::invalid_deflate};
  }
  begin();
  feed(compressed, true);
  while (true) {
    const auto progress = inflate(inflated_);
    if (const auto* breach = std::get_if<Breach>(&progress)) return *breach;
    if (std::get<Progress>(progress) == Progress::done) return inflated_.bytes();
  }
}

}  // namespace duplex::protocol
