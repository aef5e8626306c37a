#include "http/fields.hpp"

#include <algorithm>

namespace duplex::http {
namespace {

bool is_whitespace(char character) { return character == ' ' || character == '\t'; }

bool is_alphanumeric(char character) {
  return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
         (character >= 'a' && character <= 'z');
}

char lower_case(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

/// Cuts the next list element off `text`; commas inside quoted-strings do not separate.
std::string_view take_element(std::string_view& text) {
  bool inside_quotes = false;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == ',' && !inside_quotes) break;
    if (text[end] == '\\' && inside_quotes)
      ++end;
    else if (text[end] == '"')
      inside_quotes = !inside_quotes;
  }
  const std::string_view element = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trim_whitespace(element);
}

/// Appends one line's elements; false if it is no token list.
bool append_tokens(std::string_view line, std::size_t& empty_elements,
                   std::vector<std::string_view>& tokens) {
  FieldCursor cursor(line);
  for (cursor.skip_whitespace(); !cursor.at_end(); cursor.skip_whitespace()) {
    if (cursor.take(',')) {
      if (++empty_elements > empty_list_elements_max) return false;
      continue;
    }
    const std::string_view token = cursor.take_token();
    if (token.empty()) return false;
    tokens.push_back(token);
    cursor.skip_whitespace();
    if (!cursor.at_end() && !cursor.take(',')) return false;
  }
  return true;
}

}  // namespace

bool is_token_character(char character) {
  return is_alphanumeric(character) ||
         (character != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string_view::npos);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char character) {
    const auto byte = static_cast<unsigned char>(character);
    return (byte < 0x20 && byte != '\t') || byte == 0x7F;
  });
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char one, char other) { return lower_case(one) == lower_case(other); });
}

std::string to_lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), lower_case);
  return lower;
}

std::string_view trim_whitespace(std::string_view text) {
  while (!text.empty() && is_whitespace(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_whitespace(text.back())) text.remove_suffix(1);
  return text;
}

void FieldCursor::skip_whitespace() {
  while (!rest_.empty() && is_whitespace(rest_.front())) rest_.remove_prefix(1);
}

bool FieldCursor::take(char expected) {
  if (rest_.empty() || rest_.front() != expected) return false;
  rest_.remove_prefix(1);
  return true;
}

std::string_view FieldCursor::take_token() {
  const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_character);
  const std::string_view token = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
  rest_.remove_prefix(token.size());
  return token;
}

std::optional<std::string> FieldCursor::take_quoted_string() {
  if (!take('"')) return std::nullopt;
  std::string content;
  while (!rest_.empty()) {
    if (take('"')) return content;
    if (take('\\') && rest_.empty()) return std::nullopt;
    content.push_back(rest_.front());
    rest_.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<std::vector<std::string_view>> token_list(const HeaderFields& fields, std::string_view name) {
  std::vector<std::string_view> tokens;
  std::size_t empty_elements = 0;
  for (const HeaderField& field : fields) {
    if (!equal_ignoring_case(field.name, name)) continue;
    if (!append_tokens(field.value, empty_elements, tokens)) return std::nullopt;
  }
  return tokens;
}

}  // namespace duplex::http

namespace duplex {

std::optional<std::string_view> HeaderFields::find(std::string_view name) const {
  for (const HeaderField& field : fields_)
    if (http::equal_ignoring_case(field.name, name)) return field.value;
  return std::nullopt;
}

std::size_t HeaderFields::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [&](const HeaderField& field) { return http::equal_ignoring_case(field.name, name); }));
}

bool HeaderFields::has_token(std::string_view name, std::string_view token) const {
  for (const HeaderField& field : fields_) {
    if (!http::equal_ignoring_case(field.name, name)) continue;
    for (std::string_view rest = field.value; !rest.empty();)
      if (http::equal_ignoring_case(http::take_element(rest), token)) return true;
  }
  return false;
}

std::string_view Request::parameter(std::string_view name) const {
  for (const auto& [known, value] : parameters)
    if (known == name) return value;
  return {};
}

}  // namespace duplex
