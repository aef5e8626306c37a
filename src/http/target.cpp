#include "http/target.hpp"

#include <algorithm>

#include "http/authority.hpp"
#include "http/fields.hpp"

namespace duplex::http {
namespace {

constexpr std::string_view unreserved_marks = "-._~";
constexpr std::string_view reserved_without_hash = ":/?[]@!$&'()*+,;=";

bool is_alphanumeric(char character) {
  return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
         (character >= 'a' && character <= 'z');
}

bool is_one_of(char character, std::string_view set) { return set.find(character) != std::string_view::npos; }

/// -1 if it is no hexadecimal digit.
int hexadecimal_value(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

TargetOutcome refuse(std::string_view why) { return {std::nullopt, why}; }

/// `text` begins with '/'.
TargetOutcome parse_origin_form(std::string_view text, std::string authority) {
  const std::size_t question_mark = std::min(text.find('?'), text.size());
  std::optional<std::string> path = percent_decode(text.substr(0, question_mark));
  if (!path) return refuse("The request target has an invalid percent escape.");
  // What the path means is decided after decoding: an encoded "../" must not reach a file system either.
  if (path->find('\0') != std::string::npos || path->find('\\') != std::string::npos)
    return refuse("The request target holds a NUL or a backslash.");
  if (has_dot_segment(*path)) return refuse("The request target has a dot segment.");
  const std::string_view query = text.substr(std::min(question_mark + 1, text.size()));
  return {Target{std::move(*path), std::string(query), std::move(authority)}, {}};
}

TargetOutcome parse_absolute_form(std::string_view text, std::size_t scheme_bytes, Security security) {
  const std::string_view scheme = text.substr(0, scheme_bytes);
  const bool is_https = equal_ignoring_case(scheme, "https");
  if (!is_https && !equal_ignoring_case(scheme, "http"))
    return refuse("The request target's scheme is neither http nor https.");
  if (is_https && security == Security::plain)
    return refuse("The request target is https, but this connection is not secured.");
  text.remove_prefix(scheme_bytes + 3);
  const std::size_t authority_end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, authority_end);
  if (!parse_authority(authority)) return refuse("The request target's authority is malformed.");
  text.remove_prefix(authority_end);
  if (text.starts_with('/')) return parse_origin_form(text, std::string(authority));
  return parse_origin_form("/" + std::string(text), std::string(authority));
}

}  // namespace

TargetOutcome parse_target(std::string_view method, std::string_view text, Security security) {
  if (!std::all_of(text.begin(), text.end(), is_uri_character))
    return refuse("The request target holds a character that no URI has.");
  if (text.starts_with('/')) return parse_origin_form(text, {});
  if (text == "*" && method == "OPTIONS") return {Target{"*", {}, {}}, {}};
  const std::size_t scheme_bytes = text.find("://");
  if (scheme_bytes == std::string_view::npos)
    return refuse("The request target does not begin with a slash.");
  return parse_absolute_form(text, scheme_bytes, security);
}

bool is_uri_character(char character) {
  return is_alphanumeric(character) || is_one_of(character, unreserved_marks) ||
         is_one_of(character, reserved_without_hash) || character == '%';
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t index = 0; index < text.size(); ++index) {
    if (text[index] != '%') {
      decoded.push_back(text[index]);
      continue;
    }
    if (text.size() - index < 3) return std::nullopt;
    const int high = hexadecimal_value(text[index + 1]);
    const int low = hexadecimal_value(text[index + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    index += 2;
  }
  return decoded;
}

void append_percent_encoded(char byte, std::string& output) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  output += '%';
  output += digits[value / 16];
  output += digits[value % 16];
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const char character : text) {
    if (is_alphanumeric(character) || is_one_of(character, unreserved_marks))
      encoded += character;
    else
      append_percent_encoded(character, encoded);
  }
  return encoded;
}

}  // namespace duplex::http
