// Where a server can be found, for people to click on.
#pragma once

#include <cstdint>
#include <string>

#include <duplex/http.hpp>

namespace duplex::cli {

/// "http://127.0.0.1:9001/"; the address as it was given, IPv6 in brackets.
std::string listening_url(const std::string& host, std::uint16_t port, Scheme scheme = Scheme::http);

}  // namespace duplex::cli
