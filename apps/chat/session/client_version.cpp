#include "chat/session/client_version.hpp"

#include <charconv>

namespace duplex::chat {

bool is_outdated(std::string_view client, const std::map<std::string, unsigned, std::less<>>& versions_min) {
  const std::size_t slash = client.find('/');
  if (slash == std::string_view::npos) return false;
  const auto known = versions_min.find(client.substr(0, slash));
  if (known == versions_min.end()) return false;
  const std::string_view number = client.substr(slash + 1);
  unsigned version = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), version);
  return error == std::errc() && version < known->second;
}

}  // namespace duplex::chat
