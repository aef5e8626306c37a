// Text from peers, made harmless for a terminal and a log.
#pragma once

#include <string>
#include <string_view>

namespace duplex::cli {

/// Peers choose paths and close reasons. Control bytes, DEL, bytes above 0x7e and the backslash become \xNN,
/// so that nobody forges log lines or moves the cursor of whoever reads them; what is longer than `bytes_max`
/// is cut and ends in "…".
std::string escape(std::string_view text, std::size_t bytes_max = 256);

}  // namespace duplex::cli
