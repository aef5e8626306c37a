// A guest's proof of being the same user again: 256 random bits, shown once and stored only as SHA-256. A
// plain hash is enough, because there is nothing to guess in 256 random bits.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat/domain/id.hpp"

namespace duplex::chat {

using TokenHash = std::array<std::uint8_t, 32>;

// 52 characters of [a-z2-7], five bits each: 260 random bits.
std::string make_token(const RandomBytes& random);

// Any text may be asked for; one that is no token has a hash that no user has.
TokenHash hash_token(std::string_view token);

}  // namespace duplex::chat
