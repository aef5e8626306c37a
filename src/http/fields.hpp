// The small grammar that all header fields share: tokens, quoted-strings and lists (RFC 9110 §5.6).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <duplex/http.hpp>

namespace duplex::http {

/// Empty elements that one list may hold; a recipient must accept a reasonable number (RFC 9110 §5.6.1.2).
inline constexpr std::size_t empty_list_elements_max = 32;

bool is_token_character(char character);
/// One or more token characters.
bool is_token(std::string_view text);
/// May this stand in a field value: anything but control characters; HTAB and bytes above 7F are fine.
bool is_field_value(std::string_view text);
/// Compares as ASCII; other bytes must be identical.
bool equal_ignoring_case(std::string_view left, std::string_view right);
std::string to_lower_case(std::string_view text);
/// Without spaces and tabs at both ends.
std::string_view trim_whitespace(std::string_view text);

/// Reads a field value from left to right. Borrows the value.
class FieldCursor {
 public:
  explicit FieldCursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  void skip_whitespace();
  /// Takes this character if it stands here.
  bool take(char expected);
  /// The token that starts here; empty if none does.
  std::string_view take_token();
  /// The content of the quoted-string that starts here, without its escapes; nothing if it is malformed.
  std::optional<std::string> take_quoted_string();

 private:
  std::string_view rest_;
};

/// All lines of that name as one list of tokens, in order. Nothing if a line is not such a list or has too
/// many empty elements; empty if there is no such line. The views live as long as the fields.
std::optional<std::vector<std::string_view>> token_list(const HeaderFields& fields, std::string_view name);

}  // namespace duplex::http
