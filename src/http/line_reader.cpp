#include "http/line_reader.hpp"

#include <utility>

namespace duplex::http {
namespace {

/// The line's size so far; a CR at its end may turn out to be half of the line end.
std::size_t content_bytes(std::string_view line) { return line.size() - (line.ends_with('\r') ? 1 : 0); }

}  // namespace

LineReader::Verdict LineReader::receive(std::string_view& input, std::size_t bytes_max) {
  if (std::exchange(was_complete_, false)) kept_.clear();
  const std::size_t window_bytes = bytes_max + 2 - kept_.size();
  const std::size_t newline = input.substr(0, window_bytes).find('\n');
  if (newline != std::string_view::npos) {
    take(input, newline + 1);
    return finish_line(bytes_max);
  }
  // Never take more than what would have been taken byte by byte, so that reactions do not depend on
  // segments.
  const std::size_t limit_bytes = window_bytes - 1;
  const bool may_end_in_next_byte =
      input.size() >= limit_bytes && limit_bytes > 0 && input[limit_bytes - 1] == '\r';
  take(input, may_end_in_next_byte || limit_bytes == 0 ? window_bytes : limit_bytes);
  if (content_bytes(line_) > bytes_max) return Verdict::too_long;
  if (kept_.empty()) kept_ = line_;
  line_ = kept_;
  return Verdict::need_more;
}

void LineReader::take(std::string_view& input, std::size_t count) {
  const std::string_view segment = input.substr(0, count);
  input.remove_prefix(segment.size());
  if (kept_.empty()) {
    line_ = segment;
  } else {
    kept_ += segment;
    line_ = kept_;
  }
}

LineReader::Verdict LineReader::finish_line(std::size_t bytes_max) {
  was_complete_ = true;
  line_.remove_suffix(1);
  if (content_bytes(line_) > bytes_max) return Verdict::too_long;
  if (!line_.ends_with('\r')) return Verdict::malformed;
  line_.remove_suffix(1);
  return line_.find('\r') == std::string_view::npos ? Verdict::line : Verdict::malformed;
}

}  // namespace duplex::http
