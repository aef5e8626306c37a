#include "escape.hpp"

namespace duplex::cli {

std::string escape(std::string_view text, std::size_t bytes_max) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string escaped;
  for (const char letter : text.substr(0, bytes_max)) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
      escaped += letter;
    } else {
      escaped += "\\x";
      escaped += digits[byte >> 4];
      escaped += digits[byte & 0x0f];
    }
  }
  if (text.size() > bytes_max) escaped += "…";
  return escaped;
}

}  // namespace duplex::cli
