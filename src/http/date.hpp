// The Date field's format, IMF-fixdate (RFC 9110 §5.6.7).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace duplex::http {

/// For example `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string format_date(std::chrono::system_clock::time_point time);

/// Formats once per second. For one thread.
class DateCache {
 public:
  /// Valid until the next call.
  std::string_view at(std::chrono::system_clock::time_point now);

 private:
  std::chrono::sys_seconds second_{};
  std::string text_;
};

}  // namespace duplex::http
