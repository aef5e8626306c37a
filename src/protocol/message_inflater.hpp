// From compressed messages to messages (RFC 7692 §7.2.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

#include <duplex/bytes.hpp>
#include <duplex/compression.hpp>

#include "deflate/pool.hpp"
#include "protocol/violation.hpp"

namespace duplex::protocol {

/// The inflating half of one connection. With context takeover it holds a window of its own; without, it
/// holds none but while a message comes in pieces.
class MessageInflater {
 public:
  MessageInflater(const AgreedCompression& agreed, std::uint64_t message_bytes_max, deflate::Pool& pool);
  ~MessageInflater();
  MessageInflater(const MessageInflater&) = delete;
  MessageInflater& operator=(const MessageInflater&) = delete;

  static constexpr std::size_t step_bytes_max = 65'536;

  // --- one message at a time: begin(), then feed() and inflate() in turns

  void begin();
  /// The next bytes of the compressed message, borrowed until inflate() says that it is hungry; `is_end`:
  /// there are no more of them.
  void feed(ConstBytes compressed, bool is_end);
  enum class Progress : std::uint8_t {
    hungry,  ///< everything that was fed has been inflated
    full,    ///< the step was filled; there may be more
    done,    ///< the message is complete
  };
  /// Appends the next step to `output`, in proportion to what there is and at most step_bytes_max; or the
  /// rule that was broken.
  std::variant<Progress, Breach> inflate(ByteBuffer& output);
  /// Something was fed and not inflated yet.
  bool has_food() const { return !food_.empty() || is_tail_due_ || is_full_; }
  /// The fed bytes are about to go: keeps those that were not inflated yet.
  void keep_food();
  /// Gives up the message under way.
  void abandon();

  /// A message that is here as a whole; what comes of it is valid until recycle().
  std::variant<Bytes, Breach> inflate_whole(ConstBytes compressed);
  /// Gives back the memory of what was handed out last.
  void recycle() {
    if (inflated_.capacity() > 0) pool_.give(std::exchange(inflated_, ByteBuffer()));
  }

 private:
  Breach too_big() const { return {Violation::inflated_too_big, message_bytes_max_ + 1, message_bytes_max_}; }
  deflate::Inflater& inflater() { return own_ != nullptr ? *own_ : *borrowed_; }
  void end();

  deflate::Pool& pool_;
  const std::uint64_t message_bytes_max_;
  std::size_t reserved_bytes_ = 0;
  std::unique_ptr<deflate::Inflater> own_;       // with context takeover
  std::unique_ptr<deflate::Inflater> borrowed_;  // without, while a message is under way
  ByteBuffer inflated_;                          // a whole message that was handed out

  // The message under way
  std::uint64_t inflated_bytes_ = 0;
  ConstBytes food_;
  ByteBuffer kept_food_;
  bool is_end_fed_ = false;   // `food_` is the last of the message
  bool is_tail_due_ = false;  // the stripped tail comes behind it
  bool is_full_ = false;      // zlib may hold more output
};

}  // namespace duplex::protocol
