// Assertions for our own bugs. They stay on in release builds: a wrong program must stop, not corrupt.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace duplex::base {

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "duplex: assertion failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace duplex::base

#define DUPLEX_ASSERT(condition) \
  ((condition) ? void() : ::duplex::base::assertion_failed(#condition, __FILE__, __LINE__))
