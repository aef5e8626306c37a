// How a harness says that a property does not hold: in words, then by the abort that the fuzzer waits for.
#pragma once

#include <string>
#include <string_view>

namespace duplex::fuzz {

/// Prints the property that was broken, and the details, and aborts.
[[noreturn]] void fail(std::string_view property, std::string_view details);

/// `property` is a sentence that always holds.
inline void check(bool holds, std::string_view property, std::string_view details = {}) {
  if (!holds) fail(property, details);
}

/// Both as text, so that a failure shows them.
void check_equal(const std::string& seen, const std::string& expected, std::string_view property);

}  // namespace duplex::fuzz
