// The proof that a harness can fail: every one is built twice, and its canary sees the library through one
// planted bug, which the fuzzer has to find.
#pragma once

namespace duplex::fuzz {

#ifdef DUPLEX_FUZZ_CANARY
inline constexpr bool has_planted_bug = true;
#else
inline constexpr bool has_planted_bug = false;
#endif

}  // namespace duplex::fuzz
