// Texts at the edges of UTF-8 (RFC 3629), for the validator's test and the protocol's.
#pragma once

#include <string_view>

namespace duplex::protocol_testing {

struct ValidText {
  std::string_view notation;
};
constexpr ValidText valid_texts[] = {
    {"00"},          {"7F"},          {"C2 80"},    {"DF BF"},       {"E0 A0 80"},
    {"ED 9F BF"},    {"EE 80 80"},    {"EF BF BE"}, {"EF BF BF"},    {"F0 90 80 80"},
    {"F4 8F BF BF"}, {"EF BB BF 41"}, {"E2 82 AC"}, {"F0 9F 98 80"}, {"CE BA E1 BD B9 CF 83 CE BC CE B5"},
};

/// `bad_at` is the first byte that makes it impossible.
struct InvalidText {
  std::string_view notation;
  std::size_t bad_at;
};
constexpr InvalidText invalid_texts[] = {
    {"C0 80", 0},
    {"C1 BF", 0},
    {"E0 80 80", 1},
    {"E0 9F BF", 1},
    {"F0 80 80 80", 1},
    {"F0 8F BF BF", 1},
    {"ED A0 80", 1},
    {"ED BF BF", 1},
    {"ED AF BF ED BF BF", 1},
    {"F4 90 80 80", 1},
    {"F5 80 80 80", 0},
    {"F8 88 80 80 80", 0},
    {"FC 84 80 80 80 80", 0},
    {"FE", 0},
    {"FF", 0},
    {"80", 0},
    {"BF", 0},
    {"C3 28", 1},
    {"E2 28 2E", 1},
    {"CE BA E1 BD B9 CF 83 CE BC CE B5 ED A0 80 65 64 69 74 65 64", 12},
};

/// Valid so far, but not as a whole text.
constexpr std::string_view cut_texts[] = {"C2", "E2 82", "F0 9F 98"};

}  // namespace duplex::protocol_testing
