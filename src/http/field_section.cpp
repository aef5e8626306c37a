#include "http/field_section.hpp"

#include <string>
#include <utility>

#include "http/fields.hpp"

namespace duplex::http {
namespace {

constexpr std::size_t line_end_bytes = 2;

}  // namespace

FieldSectionReader::State FieldSectionReader::receive(std::string_view& input) {
  while (state_ == State::reading) {
    switch (lines_.receive(input, line_bytes_max())) {
      case LineReader::Verdict::need_more:
        return state_;
      case LineReader::Verdict::too_long:
        return refuse(State::too_large, "The header section is larger than " +
                                            std::to_string(limits_->header_bytes_max) +
                                            " bytes (header_bytes_max).");
      case LineReader::Verdict::malformed:
        return refuse(State::malformed, "A header line has a bare CR or a bare LF.");
      case LineReader::Verdict::line:
        receive_line(lines_.line());
    }
  }
  return state_;
}

std::size_t FieldSectionReader::line_bytes_max() const {
  const std::size_t left = limits_->header_bytes_max - section_bytes_;
  return left < line_end_bytes ? 0 : left - line_end_bytes;  // the empty line at the end always fits
}

FieldSectionReader::State FieldSectionReader::refuse(State state, std::string text) {
  text_ = std::move(text);
  return state_ = state;
}

FieldSectionReader::State FieldSectionReader::receive_line(std::string_view line) {
  if (line.empty()) {
    finish_field();
    return state_ = State::complete;
  }
  section_bytes_ += line.size() + line_end_bytes;
  if (line.front() == ' ' || line.front() == '\t') return join_folded(line);
  finish_field();
  return receive_field(line);
}

FieldSectionReader::State FieldSectionReader::receive_field(std::string_view line) {
  if (fields_.size() == limits_->header_count_max)
    return refuse(State::too_large, "There are more than " + std::to_string(limits_->header_count_max) +
                                        " header fields (header_count_max).");
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  // Whitespace before the colon is no token character either (RFC 9112 §5.1).
  if (colon == std::string_view::npos || !is_token(name))
    return refuse(State::malformed, "A header line does not begin with a field name and a colon.");
  const std::string_view value = trim_whitespace(line.substr(colon + 1));
  if (!is_field_value(value)) return refuse(State::malformed, "A header field holds a control character.");
  open_field_ = HeaderField{std::string(name), std::string(value)};
  return state_;
}

FieldSectionReader::State FieldSectionReader::join_folded(std::string_view line) {
  if (folding_ == LineFolding::refuse || !open_field_)
    return refuse(State::malformed, "A header line begins with whitespace.");
  const std::string_view more = trim_whitespace(line);
  if (!is_field_value(more)) return refuse(State::malformed, "A header field holds a control character.");
  if (!open_field_->value.empty() && !more.empty()) open_field_->value += ' ';
  open_field_->value += more;
  return state_;
}

void FieldSectionReader::finish_field() {
  if (!open_field_) return;
  fields_.add(std::move(open_field_->name), std::move(open_field_->value));
  open_field_.reset();
}

}  // namespace duplex::http
