// Which clients are too old for this server.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace duplex::chat {

// `client` is what the client calls itself: "name/version", of which only the number before the first dot
// counts. Clients that are not in the list, or name no version, fit.
bool is_outdated(std::string_view client, const std::map<std::string, unsigned, std::less<>>& versions_min);

}  // namespace duplex::chat
