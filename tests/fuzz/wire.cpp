#include "wire.hpp"

#include <cstdint>

#include "check.hpp"

namespace duplex::fuzz {
namespace {

class Cursor {
 public:
  explicit Cursor(ConstBytes bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char byte : text(bytes)) value = value * 256 + static_cast<std::uint8_t>(byte);
    return value;
  }
  std::string text(std::uint64_t bytes) {
    check(bytes <= rest_.size(), "every frame that is written is complete");
    const ConstBytes taken = rest_.first(static_cast<std::size_t>(bytes));
    rest_ = rest_.subspan(taken.size());
    return std::string(as_text(taken));
  }

 private:
  ConstBytes rest_;
};

std::uint64_t read_length(Cursor& cursor, std::uint64_t length) {
  if (length < 126) return length;
  const std::uint64_t extended = cursor.number(length == 126 ? 2 : 8);
  check(extended > (length == 126 ? 125u : 0xFFFFu), "lengths are written in their shortest form");
  return extended;
}

WireFrame decode_frame(Cursor& cursor) {
  const std::uint64_t first = cursor.number(1);
  const std::uint64_t second = cursor.number(1);
  WireFrame frame;
  frame.is_final = (first & 0x80) != 0;
  frame.is_compressed = (first & 0x40) != 0;
  frame.opcode = static_cast<unsigned>(first & 0x0F);
  frame.is_masked = (second & 0x80) != 0;
  check((first & 0x30) == 0, "RSV2 and RSV3 are never set");
  check(frame.opcode <= 2 || (frame.opcode >= 8 && frame.opcode <= 10), "only known opcodes are written");
  const std::uint64_t length = read_length(cursor, second & 0x7F);
  const bool is_control = frame.opcode >= 8;
  check(!is_control || (frame.is_final && length <= 125 && !frame.is_compressed),
        "control frames are whole, short and not compressed");
  const std::string key = frame.is_masked ? cursor.text(4) : std::string(4, '\0');
  frame.payload = cursor.text(length);
  for (std::size_t i = 0; i < frame.payload.size(); ++i)
    frame.payload[i] = static_cast<char>(frame.payload[i] ^ key[i % 4]);
  return frame;
}

// How many bytes the character that begins with this one has; 0 if none does.
std::size_t character_bytes(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC0 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF8 ? 4 : 0;
}

}  // namespace

std::vector<WireFrame> decode_frames(ConstBytes output) {
  std::vector<WireFrame> frames;
  for (Cursor cursor(output); !cursor.at_end();) frames.push_back(decode_frame(cursor));
  return frames;
}

bool is_utf8(std::string_view text) {
  static constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  while (!text.empty()) {
    const auto lead = static_cast<std::uint8_t>(text.front());
    const std::size_t size = character_bytes(lead);
    if (size == 0 || size > text.size()) return false;
    std::uint32_t code_point = size == 1 ? lead : lead & (0x7Fu >> size);
    for (const char tail : text.substr(1, size - 1)) {
      if ((tail & 0xC0) != 0x80) return false;
      code_point = code_point << 6 | (tail & 0x3Fu);
    }
    const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < smallest[size] || code_point > 0x10FFFF || is_surrogate) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace duplex::fuzz
