#include "server/tls_failures.hpp"

#include <string>
#include <utility>

namespace duplex::server {

void TlsFailures::note(std::string_view peer, std::string_view reason) {
  if (!may_write()) {
    ++left_out_;
    return;
  }
  constexpr std::string_view prefix = "TLS: ";
  if (reason.starts_with(prefix)) reason.remove_prefix(prefix.size());
  std::string line = "TLS handshake with " + std::string(peer) + " failed: " + std::string(reason);
  if (const std::size_t count = std::exchange(left_out_, 0); count > 0)
    line += "; so did " + std::to_string(count) + " before that are not listed";
  site_.log(LogLevel::info, line);
}

bool TlsFailures::may_write() {
  const transport::TimePoint now = loop_.now();
  if (now >= interval_end_) {
    interval_end_ = now + interval;
    lines_ = 0;
  }
  if (lines_ == lines_max) return false;
  ++lines_;
  return true;
}

}  // namespace duplex::server
