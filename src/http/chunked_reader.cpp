#include "http/chunked_reader.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "http/fields.hpp"

namespace duplex::http {
namespace {

constexpr std::size_t size_digits_max = 16;  // more would overflow 64 bits

/// Takes `1*HEXDIG` off the front of the line.
std::optional<std::uint64_t> take_chunk_size(std::string_view& line) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  const auto digits = static_cast<std::size_t>(end - line.data());
  if (error != std::errc{} || digits > size_digits_max) return std::nullopt;
  line.remove_prefix(digits);
  return size;
}

/// `*( BWS ";" BWS name [ BWS "=" BWS value ] )`, RFC 9112 §7.1.1.
bool is_chunk_extension(std::string_view text) {
  FieldCursor cursor(text);
  while (!cursor.at_end()) {
    cursor.skip_whitespace();
    if (!cursor.take(';')) return false;
    cursor.skip_whitespace();
    if (cursor.take_token().empty()) return false;
    FieldCursor behind_name = cursor;
    behind_name.skip_whitespace();
    if (!behind_name.take('=')) continue;
    cursor = behind_name;
    cursor.skip_whitespace();
    if (cursor.take_token().empty() && !cursor.take_quoted_string()) return false;
  }
  return is_field_value(text);
}

}  // namespace

ChunkedReader::State ChunkedReader::receive(std::string_view& input, std::string& body) {
  while (state_ == State::reading && !input.empty()) {
    switch (expecting_) {
      case Expecting::size_line:
        receive_size_line(input, body);
        break;
      case Expecting::data:
        receive_data(input, body);
        break;
      case Expecting::data_end:
        receive_data_end(input);
        break;
      case Expecting::trailers:
        receive_trailers(input);
        break;
    }
  }
  return state_;
}

ChunkedReader::State ChunkedReader::refuse(State state, std::string text) {
  text_ = std::move(text);
  return state_ = state;
}

ChunkedReader::State ChunkedReader::receive_size_line(std::string_view& input, const std::string& body) {
  switch (lines_.receive(input, chunk_line_bytes_max)) {
    case LineReader::Verdict::need_more:
      return state_;
    case LineReader::Verdict::too_long:
      return refuse(State::too_large,
                    "A chunk's size line is longer than " + std::to_string(chunk_line_bytes_max) + " bytes.");
    case LineReader::Verdict::malformed:
      return refuse(State::malformed, "A chunk's size line has a bare CR or a bare LF.");
    case LineReader::Verdict::line:
      break;
  }
  return open_chunk(lines_.line(), body);
}

ChunkedReader::State ChunkedReader::open_chunk(std::string_view line, const std::string& body) {
  const std::optional<std::uint64_t> size = take_chunk_size(line);
  if (!size || !is_chunk_extension(line))
    return refuse(State::malformed, "A chunk's size line is malformed.");
  extension_bytes_ += line.size();
  if (extension_bytes_ > chunk_extension_bytes_max)
    return refuse(State::too_large, "The chunk extensions are larger than " +
                                        std::to_string(chunk_extension_bytes_max) + " bytes.");
  if (*size > limits_->body_bytes_max - body.size())
    return refuse(State::too_large, "The body is larger than " + std::to_string(limits_->body_bytes_max) +
                                        " bytes (body_bytes_max).");
  chunk_bytes_left_ = *size;
  expecting_ = *size == 0 ? Expecting::trailers : Expecting::data;
  return state_;
}

ChunkedReader::State ChunkedReader::receive_data(std::string_view& input, std::string& body) {
  const std::string_view piece = input.substr(0, std::min<std::uint64_t>(chunk_bytes_left_, input.size()));
  body += piece;
  input.remove_prefix(piece.size());
  chunk_bytes_left_ -= piece.size();
  if (chunk_bytes_left_ == 0) expecting_ = Expecting::data_end;
  return state_;
}

ChunkedReader::State ChunkedReader::receive_data_end(std::string_view& input) {
  const LineReader::Verdict verdict = lines_.receive(input, 0);
  if (verdict == LineReader::Verdict::line)
    expecting_ = Expecting::size_line;
  else if (verdict != LineReader::Verdict::need_more)
    return refuse(State::malformed, "A chunk is longer than its size.");
  return state_;
}

ChunkedReader::State ChunkedReader::receive_trailers(std::string_view& input) {
  switch (trailers_.receive(input)) {
    case FieldSectionReader::State::reading:
      return state_;
    case FieldSectionReader::State::complete:
      return state_ = State::complete;
    case FieldSectionReader::State::malformed:
      return refuse(State::malformed, std::string(trailers_.text()));
    case FieldSectionReader::State::too_large:
      return refuse(State::too_large, std::string(trailers_.text()));
  }
  return state_;
}

}  // namespace duplex::http
