#include <duplex/log.hpp>

namespace duplex {

std::string escape_for_log(std::string_view text, std::size_t bytes_max) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string escaped;
  for (const char character : text.substr(0, bytes_max)) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
      escaped += character;
    } else {
      escaped += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  if (text.size() > bytes_max) escaped += "...";
  return escaped;
}

}  // namespace duplex
