// The chunked transfer coding (RFC 9112 §7.1), decoded as it comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <duplex/limits.hpp>

#include "http/field_section.hpp"
#include "http/line_reader.hpp"

namespace duplex::http {

/// The line with a chunk's size and extensions.
inline constexpr std::size_t chunk_line_bytes_max = 1'024;
/// The extensions of all chunks of one body together; nobody uses them but attackers (RFC 9112 §7.1.1).
inline constexpr std::size_t chunk_extension_bytes_max = 8'192;

/// Reads one chunked body. Trailer fields are checked and forgotten: merged into the header they could change
/// framing or routing (RFC 9110 §6.5.1).
class ChunkedReader {
 public:
  enum class State { reading, complete, malformed, too_large };

  /// `limits` must outlive the reader.
  explicit ChunkedReader(const Limits& limits) : limits_(&limits), trailers_(limits, LineFolding::refuse) {}

  /// Takes bytes from the front of `input` and appends what they decode to to `body`, which must hold this
  /// body alone. Takes none behind the end of the trailer section.
  State receive(std::string_view& input, std::string& body);
  State state() const { return state_; }
  /// Why the body is refused; safe to publish.
  std::string_view text() const { return text_; }

 private:
  enum class Expecting { size_line, data, data_end, trailers };

  State refuse(State state, std::string text);
  State receive_size_line(std::string_view& input, const std::string& body);
  State open_chunk(std::string_view line, const std::string& body);
  State receive_data(std::string_view& input, std::string& body);
  State receive_data_end(std::string_view& input);
  State receive_trailers(std::string_view& input);

  const Limits* limits_;
  State state_ = State::reading;
  Expecting expecting_ = Expecting::size_line;
  std::string text_;
  std::uint64_t chunk_bytes_left_ = 0;
  std::size_t extension_bytes_ = 0;
  LineReader lines_;
  FieldSectionReader trailers_;
};

}  // namespace duplex::http
