#include "check.hpp"

#include <cstdio>
#include <cstdlib>

#include <duplex/log.hpp>

namespace duplex::fuzz {
namespace {

constexpr std::size_t shown_bytes_max = 4'000;

std::string shown(std::string_view text) { return escape_for_log(text, shown_bytes_max); }

}  // namespace

void fail(std::string_view property, std::string_view details) {
  const std::string text = "\nBROKEN PROPERTY: " + std::string(property) + "\n" + std::string(details) + "\n";
  std::fputs(text.c_str(), stderr);
  std::abort();
}

void check_equal(const std::string& seen, const std::string& expected, std::string_view property) {
  if (seen != expected) fail(property, "    seen: " + shown(seen) + "\nexpected: " + shown(expected));
}

}  // namespace duplex::fuzz
