// Checks what one connection receives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deflation.hpp"
#include "tape.hpp"

namespace duplex::bench {

/// The check of one connection; it is handed all that comes in, in order.
class Answers {
 public:
  virtual ~Answers() = default;
  /// How many messages the bytes complete; nothing when they are not what was expected.
  virtual std::optional<std::size_t> receive(std::string_view bytes) = 0;
  /// The same for bytes that nobody looked at; nothing where their values would be needed to go on.
  virtual std::optional<std::size_t> skip(std::size_t bytes) = 0;
};

/// Against a tape. No frame is parsed while the clock runs: the comparison of bytes is the check.
class TapeAnswers final : public Answers {
 public:
  explicit TapeAnswers(const Tape& expected) : expected_(expected) {}
  std::optional<std::size_t> receive(std::string_view bytes) override;
  std::optional<std::size_t> skip(std::size_t bytes) override;

 private:
  std::size_t completed_with(std::size_t bytes);

  const Tape& expected_;
  std::size_t position_ = 0;
  std::size_t message_ = 0;
  std::size_t partial_bytes_ = 0;  // of the message that is coming in
};

/// Of a server that compresses, which may do so in any way: frames are parsed, every message has to be
/// compressed text, and where there is an inflater it has to be the one that was sent.
class CompressedAnswers final : public Answers {
 public:
  CompressedAnswers(const std::vector<std::string>& payloads, std::optional<Inflater> inflater)
      : payloads_(payloads), inflater_(std::move(inflater)) {}
  std::optional<std::size_t> receive(std::string_view bytes) override;
  std::optional<std::size_t> skip(std::size_t) override { return {}; }

 private:
  bool take_header();
  void take_payload(std::string_view& bytes);
  bool is_right_message();

  const std::vector<std::string>& payloads_;
  std::optional<Inflater> inflater_;  // none: sizes and marks only, which leaves the cache to the server
  std::string header_;
  std::string compressed_;
  std::uint64_t payload_bytes_left_ = 0;
  bool is_in_payload_ = false;
  bool is_final_ = false;
  bool is_in_message_ = false;
  std::size_t message_ = 0;
};

}  // namespace duplex::bench
