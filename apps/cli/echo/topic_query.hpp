// The topics that a subscriber or a publisher names in its request: "/sub?topic=news&topic=weather/+".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duplex::cli {

/// The value of every parameter "topic" of a query, percent-decoded and below a level of their own, where no
/// topic of the server's own is. Other parameters are ignored. Nothing when one is empty, or cannot be
/// decoded.
std::optional<std::vector<std::string>> topics_in_query(std::string_view query);

}  // namespace duplex::cli
