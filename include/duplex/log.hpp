// Where log lines go. The library writes none by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace duplex {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// Takes one line without a line end; bytes in it that came from peers are escaped. Called on the loop
/// thread; by a server with several loops, on all of them at the same time.
using Log = std::function<void(LogLevel level, std::string_view text)>;

/// Bytes of strangers (paths, close reasons), made safe to print: printable ASCII stays, everything else and
/// the backslash become \xNN, so that nobody forges log lines or drives a terminal. At most `bytes_max` bytes
/// of the text, then "...".
std::string escape_for_log(std::string_view text, std::size_t bytes_max = 256);

}  // namespace duplex
