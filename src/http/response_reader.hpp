// Reads the response to an opening handshake (RFC 9112 §4): interim ones are skipped, the body is bounded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <duplex/bytes.hpp>
#include <duplex/http.hpp>
#include <duplex/limits.hpp>

#include "http/body_framing.hpp"
#include "http/chunked_reader.hpp"
#include "http/field_section.hpp"
#include "http/line_reader.hpp"

namespace duplex::http {

/// Responses like 103 before the final one (RFC 9110 §15.2).
inline constexpr std::size_t interim_responses_max = 16;

/// Bytes in, one response out: the answer to one GET. A value.
class ResponseReader {
 public:
  enum class State {
    reading,
    complete,  ///< response() is final: a 101 right after its head, others with their body
    failed,    ///< text() says why
  };

  /// `limits` must outlive the reader; header and body bounds are those of requests.
  explicit ResponseReader(const Limits& limits) : limits_(&limits) {}

  /// How many bytes of `input` were taken; those behind a 101 are WebSocket frames and stay with the owner.
  std::size_t receive(ConstBytes input);
  /// The stream ended: completes a body that only this can end, fails everything else.
  void receive_eof();
  State state() const { return state_; }

  /// A body above Limits::body_bytes_max is cut there: it is for people to read, the handshake failed anyway.
  const Response& response() const { return response_; }
  Response take_response() { return std::move(response_); }
  const std::string& text() const { return text_; }

 private:
  enum class Expecting { status_line, fields, body };

  void fail(std::string text);
  void receive_status_line(std::string_view& input);
  void open_response(std::string_view line);
  void receive_fields(std::string_view& input);
  void finish_head();
  void receive_body(std::string_view& input);
  void receive_chunked_body(std::string_view& input);
  void receive_plain_body(std::string_view& input);

  const Limits* limits_;
  State state_ = State::reading;
  Expecting expecting_ = Expecting::status_line;
  std::size_t interim_responses_ = 0;
  int version_minor_ = 1;
  LineReader lines_;
  std::optional<FieldSectionReader> fields_;
  BodyFraming framing_;
  std::optional<ChunkedReader> chunks_;
  Response response_;
  std::string text_;
};

}  // namespace duplex::http
