// The texts that the load generator sends: each different, each known when it comes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace duplex::cli {

/// The messages of one connection: as much of a sequence number as fits (twelve hexadecimal digits), then
/// filler that differs between connections. The views are good until the next call. A value.
class EchoPayload {
 public:
  EchoPayload(std::size_t connection, std::size_t payload_bytes);

  std::string_view make(std::uint64_t sequence);
  /// Is this exactly what make(sequence) gave?
  bool matches(std::uint64_t sequence, std::string_view echo) { return make(sequence) == echo; }

 private:
  std::string text_;
};

}  // namespace duplex::cli
