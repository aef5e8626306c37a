// The id a client gives its message before sending it, so that a repetition is recognised: a canonical
// lower-case UUID of any version (RFC 9562, section 4), unique per user and for good.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace duplex::chat {

class Cid {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  static std::optional<Cid> parse(std::string_view text);
  explicit Cid(const Bytes& bytes) : bytes_(bytes) {}

  const Bytes& bytes() const { return bytes_; }
  std::string text() const;

  friend bool operator==(const Cid&, const Cid&) = default;
  friend auto operator<=>(const Cid&, const Cid&) = default;

 private:
  Bytes bytes_;
};

}  // namespace duplex::chat
