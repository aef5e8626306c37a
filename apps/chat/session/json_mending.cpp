#include "chat/session/json_mending.hpp"

#include <algorithm>
#include <array>

namespace duplex::chat {
namespace {

// 2^53-1 has sixteen digits; a number with more of them is none of the protocol's.
constexpr std::size_t digits_max = 16;
constexpr std::size_t escape_characters = 6;  // \uXXXX

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Walks over a text from its beginning; what it has passed is in `mended`.
class Mender {
 public:
  explicit Mender(std::string_view json) : rest_(json) {}

  std::optional<std::string> mend() {
    while (!rest_.empty()) {
      if (rest_.front() == '"') {
        pass_string();
      } else if (rest_.front() == '-' || is_digit(rest_.front())) {
        pass_number();
      } else {
        pass(1);
      }
    }
    if (!is_changed_) return std::nullopt;
    return std::move(mended_);
  }

 private:
  void pass(std::size_t characters) {
    const std::string_view passed = rest_.substr(0, characters);
    mended_ += passed;
    rest_.remove_prefix(passed.size());
  }

  void replace(std::size_t characters, std::string_view by) {
    mended_ += by;
    rest_.remove_prefix(characters);
    is_changed_ = true;
  }

  void pass_string() {
    pass(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\') {
        pass_escape();
      } else {
        pass(1);
      }
    }
    pass(1);
  }

  void pass_escape() {
    const auto unit = escaped_unit(0);
    if (!unit) return pass(2);
    if (is_high(*unit) && is_low(escaped_unit(escape_characters).value_or(0)))
      return pass(2 * escape_characters);
    if (is_high(*unit) || is_low(*unit)) return replace(escape_characters, "\\ufffd");
    pass(escape_characters);
  }

  // The code unit that \uXXXX at this place of the rest stands for.
  std::optional<unsigned> escaped_unit(std::size_t at) const {
    if (rest_.size() < at + escape_characters) return std::nullopt;
    const std::string_view escape = rest_.substr(at, escape_characters);
    if (escape.substr(0, 2) != "\\u") return std::nullopt;
    unsigned unit = 0;
    for (const char c : escape.substr(2)) {
      const auto digit =
          std::string_view("0123456789abcdef").find(static_cast<char>(is_digit(c) ? c : c | 32));
      if (digit == std::string_view::npos) return std::nullopt;
      unit = unit * 16 + static_cast<unsigned>(digit);
    }
    return unit;
  }

  static bool is_high(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
  static bool is_low(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

  void pass_number() {
    const std::size_t end = std::min(rest_.find_first_not_of("+-.0123456789eE"), rest_.size());
    const std::string_view number = rest_.substr(0, end);
    const auto digits = static_cast<std::size_t>(std::count_if(number.begin(), number.end(), is_digit));
    const bool may_be_too_large = digits > digits_max || number.find_first_of("eE") != std::string_view::npos;
    if (may_be_too_large && is_number(number)) return replace(end, "0.5");
    pass(end);
  }

  // -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? (RFC 8259, section 6)
  static bool is_number(std::string_view text) {
    if (skip(text, "-"); text.empty() || !is_digit(text.front())) return false;
    if (!skip(text, "0") && !skip_digits(text)) return false;
    if (skip(text, ".") && !skip_digits(text)) return false;
    if (skip(text, "eE")) {
      skip(text, "+-");
      if (!skip_digits(text)) return false;
    }
    return text.empty();
  }

  static bool skip(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  }

  static bool skip_digits(std::string_view& text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(digits);
    return digits > 0;
  }

  std::string_view rest_;
  std::string mended_;
  bool is_changed_ = false;
};

}  // namespace

std::optional<std::string> mend_unrepresentable(std::string_view json) { return Mender(json).mend(); }

}  // namespace duplex::chat
