// What the log says of TLS handshakes that fail.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "server/site.hpp"
#include "transport/transport.hpp"

namespace duplex::server {

/// A line for each, so that whoever runs the server learns why somebody cannot get in; but not more lines in
/// a second than a person can read, because anyone can make handshakes fail. How many were left out is said
/// with the next one. Belongs to one loop.
class TlsFailures {
 public:
  /// Both outlive it.
  TlsFailures(const Site& site, const transport::Loop& loop) : site_(site), loop_(loop) {}

  /// `peer` is its address; `reason` is one line, which may begin with "TLS: ".
  void note(std::string_view peer, std::string_view reason);

 private:
  static constexpr std::size_t lines_max = 10;
  static constexpr std::chrono::seconds interval{1};

  bool may_write();

  const Site& site_;
  const transport::Loop& loop_;
  transport::TimePoint interval_end_{};
  std::size_t lines_ = 0;  // in this interval
  std::size_t left_out_ = 0;
};

}  // namespace duplex::server
