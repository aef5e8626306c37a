#include "topic_query.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace duplex::cli {
namespace {

constexpr std::string_view own_level = "named/";
constexpr std::string_view parameter = "topic=";

/// RFC 3986 §2.1. A '+' stays what it is: it stands for a level.
std::optional<std::string> percent_decoded(std::string_view text) {
  constexpr std::size_t digits = 2;
  std::string decoded;
  while (!text.empty()) {
    if (text.front() != '%') {
      decoded += text.front();
      text.remove_prefix(1);
      continue;
    }
    unsigned char byte = 0;
    const std::string_view escape = text.substr(1, digits);
    const char* const end = escape.data() + escape.size();
    if (escape.size() < digits || std::from_chars(escape.data(), end, byte, 16).ptr != end)
      return std::nullopt;
    decoded += static_cast<char>(byte);
    text.remove_prefix(1 + digits);
  }
  return decoded;
}

}  // namespace

std::optional<std::vector<std::string>> topics_in_query(std::string_view query) {
  std::vector<std::string> topics;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (!part.starts_with(parameter)) continue;
    const auto name = percent_decoded(part.substr(parameter.size()));
    if (!name || name->empty()) return std::nullopt;
    topics.push_back(std::string(own_level) + *name);
  }
  return topics;
}

}  // namespace duplex::cli
