#include "base/escape.hpp"

namespace duplex::base {

std::string escape_for_log(std::string_view text, std::size_t characters_max) {
  constexpr char digits[] = "0123456789abcdef";
  std::string escaped;
  for (const char character : text) {
    if (escaped.size() >= characters_max) return escaped + "...";
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte < 0x7f && character != '\\') {
      escaped += character;
    } else {
      escaped += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return escaped;
}

}  // namespace duplex::base
