// What JSON's grammar allows and a program cannot hold: an escaped surrogate without its other half, and a
// number beyond every type (RFC 8259, sections 8.2 and 6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace duplex::chat {

// The same text with U+FFFD for each lone surrogate and 0.5 for each number that may be too large, so that a
// parser can read what stands around them. Nothing when there is none of either. Whether the text is JSON is
// for the parser to say.
std::optional<std::string> mend_unrepresentable(std::string_view json);

}  // namespace duplex::chat
