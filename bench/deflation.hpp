// Compressed messages as zlib makes and reads them: a second opinion on what servers send.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct z_stream_s;

namespace duplex::bench {

/// One message by itself, without the tail that RFC 7692 §7.2.1 removes.
std::string deflate_message(std::string_view payload);

enum class Takeover { no, yes };

/// Reads the messages of one connection, one after the other.
class Inflater {
 public:
  explicit Inflater(Takeover takeover);

  /// Nothing when the bytes are no compressed message, or one of more than `payload_bytes_max`.
  std::optional<std::string> inflate_message(std::string message, std::size_t payload_bytes_max);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };

  Takeover takeover_;
  std::unique_ptr<z_stream_s, End> stream_;
};

}  // namespace duplex::bench
