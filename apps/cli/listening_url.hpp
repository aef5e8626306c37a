// Where a server can be found, for people to click on.
#pragma once

#include <cstdint>
#include <string>

namespace duplex::cli {

/// "http://127.0.0.1:9001/"; the address as it was given, IPv6 in brackets.
std::string listening_url(const std::string& host, std::uint16_t port);

}  // namespace duplex::cli
