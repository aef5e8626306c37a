#include "http/request_reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "http/authority.hpp"
#include "http/fields.hpp"
#include "http/status.hpp"
#include "http/target.hpp"

namespace duplex::http {
namespace {

// RFC 9110 §9 and RFC 5789. Whether one is allowed on a path (405) is the server's business.
constexpr auto known_methods = std::to_array<std::string_view>(
    {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"});

// Fields of which two would mean two things; the framing fields are checked elsewhere.
constexpr auto singleton_fields =
    std::to_array<std::string_view>({"Content-Type", "Authorization", "Origin"});

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// Bytes that can stand in a request line. What is not HTTP at all, for example TLS on a plain port, is told
/// by its first bytes and need not be waited for.
bool may_stand_in_request_line(char character) {
  return (character >= ' ' && character <= '~') || character == '\r' || character == '\n';
}

struct RequestLine {
  std::string_view method;
  std::string_view target;
  int version_major = 0;
  int version_minor = 0;
};

/// `method SP target SP HTTP/DIGIT.DIGIT` with single spaces (RFC 9112 §3).
std::optional<RequestLine> split_request_line(std::string_view line) {
  const std::size_t first_space = line.find(' ');
  const std::size_t last_space = line.rfind(' ');
  if (first_space == std::string_view::npos || first_space == last_space) return std::nullopt;
  const std::string_view method = line.substr(0, first_space);
  const std::string_view target = line.substr(first_space + 1, last_space - first_space - 1);
  const std::string_view version = line.substr(last_space + 1);
  if (!is_token(method) || target.empty() || target.find(' ') != std::string_view::npos) return std::nullopt;
  if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.') return std::nullopt;
  if (!is_digit(version[5]) || !is_digit(version[7])) return std::nullopt;
  return RequestLine{method, target, version[5] - '0', version[7] - '0'};
}

bool has_unknown_expectation(const Request& request) {
  if (request.version_minor == 0 || request.headers.count("Expect") == 0) return false;
  const auto expectations = token_list(request.headers, "Expect");
  return !expectations ||
         !std::all_of(expectations->begin(), expectations->end(), [](std::string_view expectation) {
           return equal_ignoring_case(expectation, "100-continue");
         });
}

}  // namespace

std::size_t RequestReader::receive(ConstBytes input) {
  std::string_view rest = as_text(input);
  while (state_ == State::reading && !rest.empty()) {
    switch (expecting_) {
      case Expecting::request_line:
        receive_request_line(rest);
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

bool RequestReader::has_begun() const {
  return state_ != State::reading || expecting_ != Expecting::request_line || lines_.is_inside_line();
}

void RequestReader::reject(int status, std::string_view text) {
  rejection_ = make_closing_refusal(status, text);
  state_ = State::rejected;
}

void RequestReader::receive_request_line(std::string_view& input) {
  const std::string_view before = input;
  const LineReader::Verdict verdict = lines_.receive(input, limits_->request_line_bytes_max);
  const std::string_view taken = before.substr(0, before.size() - input.size());
  if (!std::all_of(taken.begin(), taken.end(), may_stand_in_request_line))
    return reject(400, "The request line holds a byte that no HTTP request has there.");
  switch (verdict) {
    case LineReader::Verdict::need_more:
      return;
    case LineReader::Verdict::too_long:
      return reject_long_request_line();
    case LineReader::Verdict::malformed:
      return reject(400, "The request line has a bare CR or a bare LF.");
    case LineReader::Verdict::line:
      break;
  }
  if (!lines_.line().empty()) return open_request(lines_.line());
  if (++empty_lines_ > leading_empty_lines_max) reject(400, "Too many empty lines before a request line.");
}

void RequestReader::reject_long_request_line() {
  const std::string limit =
      std::to_string(limits_->request_line_bytes_max) + " bytes (request_line_bytes_max).";
  if (lines_.line().find(' ') == std::string_view::npos)
    return reject(501, "The method is longer than " + limit);
  reject(414, "The request line is longer than " + limit);
}

void RequestReader::open_request(std::string_view line) {
  const std::optional<RequestLine> parts = split_request_line(line);
  if (!parts) return reject(400, "The request line is malformed.");
  if (parts->version_major != 1) return reject(505, "This server speaks HTTP/1.1.");
  if (std::find(known_methods.begin(), known_methods.end(), parts->method) == known_methods.end())
    return reject(501, "This method is not known here.");
  if (parts->method == "CONNECT") {
    const std::optional<Authority> authority = parse_authority(parts->target);
    return authority && authority->port ? reject(501, "This server is no proxy.")
                                        : reject(400, "The target of CONNECT is not host:port.");
  }
  TargetOutcome outcome = parse_target(parts->method, parts->target, security_);
  if (!outcome.target) return reject(400, outcome.refusal);
  request_.method = parts->method;
  request_.target = parts->target;
  request_.path = std::move(outcome.target->path);
  request_.query = std::move(outcome.target->query);
  request_.authority = std::move(outcome.target->authority);
  request_.version_minor =
      std::min(parts->version_minor, 1);  // a higher minor is served as ours, RFC 9110 §6.2
  fields_.emplace(*limits_, LineFolding::refuse);
  expecting_ = Expecting::fields;
}

void RequestReader::receive_fields(std::string_view& input) {
  switch (fields_->receive(input)) {
    case FieldSectionReader::State::reading:
      return;
    case FieldSectionReader::State::malformed:
      return reject(400, fields_->text());
    case FieldSectionReader::State::too_large:
      return reject(431, fields_->text());
    case FieldSectionReader::State::complete:
      break;
  }
  request_.headers = fields_->take_fields();
  fields_.reset();
  finish_head();
}

void RequestReader::finish_head() {
  const FramingOutcome framing = body_framing(request_.headers, request_.version_minor);
  if (framing.refusal_status != 0) return reject(framing.refusal_status, framing.refusal);
  framing_ = framing.framing;
  if (!check_host() || !check_fields()) return;
  const bool has_body = framing_.kind == BodyFraming::Kind::chunked || framing_.bytes > 0;
  state_ = has_body ? State::head_complete : State::complete;
}

bool RequestReader::check_host() {
  const std::size_t hosts = request_.headers.count("Host");
  const bool is_absent = hosts == 0 && request_.version_minor == 0;
  if (is_absent) return true;
  if (hosts != 1 || !parse_authority(*request_.headers.find("Host"))) {
    reject(400, "There has to be one valid Host field.");
    return false;
  }
  // The authority of an absolute target wins over Host (RFC 9112 §3.2.2).
  if (request_.authority.empty()) request_.authority = *request_.headers.find("Host");
  return true;
}

bool RequestReader::check_fields() {
  for (const std::string_view name : singleton_fields)
    if (request_.headers.count(name) > 1) reject(400, std::string(name) + " came more than once.");
  if (!token_list(request_.headers, "Connection")) reject(400, "Connection is not a list of tokens.");
  if (has_unknown_expectation(request_)) reject(417, "The only expectation met here is 100-continue.");
  return state_ != State::rejected;
}

void RequestReader::read_body() {
  DUPLEX_ASSERT(state_ == State::head_complete);
  if (framing_.kind == BodyFraming::Kind::length && framing_.bytes > limits_->body_bytes_max)
    return reject(413, "The body is larger than " + std::to_string(limits_->body_bytes_max) +
                           " bytes (body_bytes_max).");
  if (framing_.kind == BodyFraming::Kind::chunked) chunks_.emplace(*limits_);
  expecting_ = Expecting::body;
  state_ = State::reading;
}

void RequestReader::receive_body(std::string_view& input) {
  if (framing_.kind == BodyFraming::Kind::chunked)
    receive_chunked_body(input);
  else
    receive_sized_body(input);
}

void RequestReader::receive_sized_body(std::string_view& input) {
  const std::uint64_t missing = framing_.bytes - request_.body.size();
  const std::string_view piece = input.substr(0, std::min<std::uint64_t>(missing, input.size()));
  request_.body += piece;
  input.remove_prefix(piece.size());
  if (piece.size() == missing) state_ = State::complete;
}

void RequestReader::receive_chunked_body(std::string_view& input) {
  switch (chunks_->receive(input, request_.body)) {
    case ChunkedReader::State::reading:
      return;
    case ChunkedReader::State::malformed:
      return reject(400, chunks_->text());
    case ChunkedReader::State::too_large:
      return reject(413, chunks_->text());
    case ChunkedReader::State::complete:
      chunks_.reset();
      state_ = State::complete;
  }
}

Request RequestReader::take_request() {
  DUPLEX_ASSERT(state_ == State::complete);
  Request taken = std::exchange(request_, Request{});
  lines_ = {};  // an idle connection keeps no buffer of the last request
  framing_ = {};
  empty_lines_ = 0;
  expecting_ = Expecting::request_line;
  state_ = State::reading;
  return taken;
}

}  // namespace duplex::http
