#include "listening_url.hpp"

namespace duplex::cli {

std::string listening_url(const std::string& host, std::uint16_t port, Scheme scheme) {
  const bool is_ipv6 = host.find(':') != std::string::npos && !host.starts_with('[');
  const std::string name = scheme == Scheme::https ? "https://" : "http://";
  return name + (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port) + "/";
}

}  // namespace duplex::cli
