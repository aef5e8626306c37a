// Bytes of strangers, made safe to print.
#pragma once

#include <string>
#include <string_view>

namespace duplex::base {

/// Printable ASCII stays; everything else becomes \xNN, so that a peer cannot forge log lines or drive a
/// terminal. At most `characters_max` characters, then "...".
std::string escape_for_log(std::string_view text, std::size_t characters_max = 256);

}  // namespace duplex::base
