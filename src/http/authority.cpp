#include "http/authority.hpp"

#include <algorithm>
#include <charconv>

namespace duplex::http {
namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }

bool is_hexadecimal(char character) {
  return is_digit(character) || (character >= 'a' && character <= 'f') ||
         (character >= 'A' && character <= 'F');
}

bool is_unreserved(char character) {
  return is_digit(character) || (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z') || character == '-' || character == '.' || character == '_' ||
         character == '~';
}

bool is_registered_name(std::string_view text) {
  for (std::size_t index = 0; index < text.size(); ++index) {
    if (is_unreserved(text[index])) continue;
    const bool is_escape = text[index] == '%' && index + 2 < text.size() && is_hexadecimal(text[index + 1]) &&
                           is_hexadecimal(text[index + 2]);
    if (!is_escape) return false;
    index += 2;
  }
  return !text.empty();
}

/// A decimal number of at most `digits_max` digits that is at most `value_max`.
std::optional<unsigned> parse_decimal(std::string_view text, std::size_t digits_max, unsigned value_max) {
  if (text.empty() || text.size() > digits_max || !std::all_of(text.begin(), text.end(), is_digit))
    return std::nullopt;
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value > value_max) return std::nullopt;
  return value;
}

bool is_ipv4_address(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t end = part == 3 ? text.size() : text.find('.');
    if (end == std::string_view::npos || !parse_decimal(text.substr(0, end), 3, 255)) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

/// How many 16-bit groups a colon separated list has, an IPv4 address at its end counting two; -1 if
/// malformed.
int count_groups(std::string_view text) {
  int groups = 0;
  while (!text.empty()) {
    const std::size_t end = text.find(':');
    const std::string_view group = text.substr(0, end);
    if (end == std::string_view::npos && group.find('.') != std::string_view::npos)
      return is_ipv4_address(group) ? groups + 2 : -1;
    if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), is_hexadecimal))
      return -1;
    if (++groups > 8) return -1;
    if (end == std::string_view::npos) return groups;
    text.remove_prefix(end + 1);
    if (text.empty()) return -1;  // a colon at the end
  }
  return groups;
}

/// Splits the text behind the host; false if it is neither empty nor a port.
bool parse_port(std::string_view text, std::optional<std::uint16_t>& port) {
  if (text.empty() || text == ":") return true;
  if (text.front() != ':') return false;
  const auto number = parse_decimal(text.substr(1), 5, 65'535);
  if (number) port = static_cast<std::uint16_t>(*number);
  return number.has_value();
}

}  // namespace

bool is_ipv6_address(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text) == 8;
  const std::string_view front = text.substr(0, gap);
  if (front.find('.') != std::string_view::npos) return false;
  const int before = count_groups(front);
  const int behind = count_groups(text.substr(gap + 2));
  return before >= 0 && behind >= 0 && before + behind <= 7;
}

std::optional<Authority> parse_authority(std::string_view text) {
  Authority authority;
  const bool is_bracketed = text.starts_with('[');
  const std::size_t bracket = text.find(']');
  if (is_bracketed && bracket == std::string_view::npos) return std::nullopt;
  const std::size_t host_end = is_bracketed ? bracket + 1 : std::min(text.find(':'), text.size());
  authority.host = text.substr(0, host_end);
  const bool is_host =
      is_bracketed ? is_ipv6_address(text.substr(1, bracket - 1)) : is_registered_name(authority.host);
  if (!is_host || !parse_port(text.substr(host_end), authority.port)) return std::nullopt;
  return authority;
}

}  // namespace duplex::http
