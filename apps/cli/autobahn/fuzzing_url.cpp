#include "fuzzing_url.hpp"

namespace duplex::cli {
namespace {

/// RFC 3986 §2.3. Locale-free, unlike isalnum().
bool is_unreserved(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char byte : text) {
    if (is_unreserved(byte)) {
      encoded += byte;
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    encoded += '%';
    encoded += digits[value / 16];
    encoded += digits[value % 16];
  }
  return encoded;
}

}  // namespace

FuzzingUrl::FuzzingUrl(std::string_view server)
    : server_(server.substr(0, server.find_last_not_of('/') + 1)) {}

std::string FuzzingUrl::case_run(std::size_t number, std::string_view agent) const {
  return server_ + "/runCase?case=" + std::to_string(number) + "&agent=" + percent_encode(agent);
}

std::string FuzzingUrl::report(std::string_view agent) const {
  return server_ + "/updateReports?agent=" + percent_encode(agent);
}

}  // namespace duplex::cli
