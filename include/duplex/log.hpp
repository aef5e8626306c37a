// Where log lines go. The library writes none by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace duplex {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// Takes one line without a line end; bytes in it that came from peers are escaped. Called on the loop
/// thread.
using Log = std::function<void(LogLevel level, std::string_view text)>;

}  // namespace duplex
