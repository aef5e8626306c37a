// The header or trailer section: field lines up to the empty line (RFC 9112 §5).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <duplex/http.hpp>
#include <duplex/limits.hpp>

#include "http/line_reader.hpp"

namespace duplex::http {

/// What a line that begins with whitespace means: servers refuse it, clients join it to the line before
/// (RFC 9112 §5.2).
enum class LineFolding { refuse, join };

/// Reads one section, fed with bytes as they come.
class FieldSectionReader {
 public:
  enum class State {
    reading,
    complete,   ///< the empty line was taken
    malformed,  ///< text() says why
    too_large,  ///< text() names the limit
  };

  /// `limits` must outlive the reader.
  FieldSectionReader(const Limits& limits, LineFolding folding) : limits_(&limits), folding_(folding) {}

  /// Takes bytes from the front of `input`, none behind the empty line.
  State receive(std::string_view& input);
  State state() const { return state_; }
  /// Why the section is refused; safe to publish.
  std::string_view text() const { return text_; }
  /// The fields of a complete section.
  HeaderFields take_fields() { return std::move(fields_); }

 private:
  State refuse(State state, std::string text);
  State receive_line(std::string_view line);
  State receive_field(std::string_view line);
  State join_folded(std::string_view line);
  void finish_field();
  std::size_t line_bytes_max() const;

  const Limits* limits_;
  LineFolding folding_;
  State state_ = State::reading;
  std::string text_;
  LineReader lines_;
  std::size_t section_bytes_ = 0;
  std::optional<HeaderField> open_field_;  ///< the latest field, which a folded line may still continue
  HeaderFields fields_;
};

}  // namespace duplex::http
