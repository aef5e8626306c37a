#include "http/response_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace duplex::http {
namespace {

struct StatusLine {
  int version_minor = 0;
  int status = 0;
};

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// `HTTP/1.DIGIT SP 3DIGIT SP reason`; the reason says nothing (RFC 9112 §4), and some leave its space out
/// too.
std::optional<StatusLine> parse_status_line(std::string_view line) {
  constexpr std::size_t status_offset = 9;
  constexpr std::size_t status_end = 12;
  if (!line.starts_with("HTTP/1.") || line.size() < status_end || !is_digit(line[7]) || line[8] != ' ')
    return std::nullopt;
  if (line.size() > status_end && line[status_end] != ' ') return std::nullopt;
  int status = 0;
  for (const char digit : line.substr(status_offset, status_end - status_offset)) {
    if (!is_digit(digit)) return std::nullopt;
    status = status * 10 + (digit - '0');
  }
  if (status < 100 || status > 599) return std::nullopt;
  return StatusLine{std::min(line[7] - '0', 1), status};
}

bool is_interim(int status) { return status < 200 && status != 101; }

bool status_has_body(int status) { return status != 101 && status != 204 && status != 304; }

}  // namespace

std::size_t ResponseReader::receive(ConstBytes input) {
  std::string_view rest = as_text(input);
  while (state_ == State::reading && !rest.empty()) {
    switch (expecting_) {
      case Expecting::status_line:
        receive_status_line(rest);
        break;
      case Expecting::fields:
        receive_fields(rest);
        break;
      case Expecting::body:
        receive_body(rest);
        break;
    }
  }
  return input.size() - rest.size();
}

void ResponseReader::receive_eof() {
  if (state_ != State::reading) return;
  if (expecting_ == Expecting::body && framing_.kind == BodyFraming::Kind::none) {
    state_ = State::complete;
  } else if (expecting_ == Expecting::body) {
    fail("the server answered " + std::to_string(response_.status) + " and hung up inside the body");
  } else {
    fail("the server hung up before it answered");
  }
}

void ResponseReader::fail(std::string text) {
  text_ = std::move(text);
  state_ = State::failed;
}

void ResponseReader::receive_status_line(std::string_view& input) {
  switch (lines_.receive(input, limits_->request_line_bytes_max)) {
    case LineReader::Verdict::need_more:
      return;
    case LineReader::Verdict::line:
      return open_response(lines_.line());
    case LineReader::Verdict::too_long:
    case LineReader::Verdict::malformed:
      return fail("the server's answer is not HTTP/1.1");
  }
}

void ResponseReader::open_response(std::string_view line) {
  const std::optional<StatusLine> status_line = parse_status_line(line);
  if (!status_line) return fail("the server's answer is not HTTP/1.1");
  response_ = Response(status_line->status);
  version_minor_ = status_line->version_minor;
  fields_.emplace(*limits_, LineFolding::join);
  expecting_ = Expecting::fields;
}

void ResponseReader::receive_fields(std::string_view& input) {
  const FieldSectionReader::State section = fields_->receive(input);
  if (section == FieldSectionReader::State::reading) return;
  if (section != FieldSectionReader::State::complete)
    return fail("the server's answer is malformed: " + std::string(fields_->text()));
  response_.headers = fields_->take_fields();
  fields_.reset();
  finish_head();
}

void ResponseReader::finish_head() {
  if (is_interim(response_.status)) {
    expecting_ = Expecting::status_line;
    if (++interim_responses_ > interim_responses_max) fail("the server sent too many interim responses");
    return;
  }
  if (response_.status == 101 && version_minor_ == 0)
    return fail("the server switched protocols in HTTP/1.0");
  if (!status_has_body(response_.status)) {
    state_ = State::complete;
    return;
  }
  const FramingOutcome framing = body_framing(response_.headers, version_minor_);
  if (framing.refusal_status != 0)
    return fail("the server's answer is malformed: " + std::string(framing.refusal));
  framing_ = framing.framing;
  if (framing_.kind == BodyFraming::Kind::chunked) chunks_.emplace(*limits_);
  expecting_ = Expecting::body;
  if (framing_.kind == BodyFraming::Kind::length && framing_.bytes == 0) state_ = State::complete;
}

void ResponseReader::receive_body(std::string_view& input) {
  if (framing_.kind == BodyFraming::Kind::chunked)
    receive_chunked_body(input);
  else
    receive_plain_body(input);
}

void ResponseReader::receive_chunked_body(std::string_view& input) {
  switch (chunks_->receive(input, response_.body)) {
    case ChunkedReader::State::reading:
      return;
    case ChunkedReader::State::malformed:
      return fail("the server's answer is malformed: " + std::string(chunks_->text()));
    case ChunkedReader::State::too_large:
    case ChunkedReader::State::complete:
      state_ = State::complete;
  }
}

void ResponseReader::receive_plain_body(std::string_view& input) {
  const std::uint64_t announced =
      framing_.kind == BodyFraming::Kind::length ? framing_.bytes : limits_->body_bytes_max;
  const std::uint64_t bytes_max = std::min<std::uint64_t>(announced, limits_->body_bytes_max);
  const std::string_view piece =
      input.substr(0, std::min<std::uint64_t>(bytes_max - response_.body.size(), input.size()));
  response_.body += piece;
  input.remove_prefix(piece.size());
  if (response_.body.size() == bytes_max) state_ = State::complete;
}

}  // namespace duplex::http
