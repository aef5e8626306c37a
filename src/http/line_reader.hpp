// Cuts lines out of a byte stream. Only CRLF ends a line: whoever lets a bare CR or LF pass reads another
// message than the proxy in front of it did (RFC 9112 §2.2, §11.2).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace duplex::http {

class LineReader {
 public:
  enum class Verdict {
    need_more,  ///< the input ended inside the line; what came is kept
    line,       ///< line() is complete
    too_long,   ///< more than the permitted bytes came; nothing else may be read
    malformed,  ///< a CR without LF or a LF without CR; nothing else may be read
  };

  /// Takes bytes from the front of `input` up to the end of the line, looking at each byte once. `bytes_max`
  /// bounds the line without its CRLF.
  Verdict receive(std::string_view& input, std::size_t bytes_max);

  /// The line without its CRLF; after need_more or too_long what came of it so far. Valid until the next call
  /// and no longer than the input it came from.
  std::string_view line() const { return line_; }
  /// Is there a part of a line?
  bool is_inside_line() const { return !was_complete_ && !kept_.empty(); }

 private:
  void take(std::string_view& input, std::size_t count);
  Verdict finish_line(std::size_t bytes_max);

  std::string kept_;       ///< the beginning of a line that came in pieces
  std::string_view line_;  ///< into the input or into kept_
  bool was_complete_ = false;
};

}  // namespace duplex::http
