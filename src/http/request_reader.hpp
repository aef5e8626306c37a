// Reads the requests of one HTTP/1.1 connection (RFC 9112), strictly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <duplex/bytes.hpp>
#include <duplex/http.hpp>
#include <duplex/limits.hpp>

#include "http/body_framing.hpp"
#include "http/chunked_reader.hpp"
#include "http/field_section.hpp"
#include "http/line_reader.hpp"
#include "http/security.hpp"

namespace duplex::http {

/// Empty lines before a request line; old clients send one behind a body (RFC 9112 §2.2).
inline constexpr std::size_t leading_empty_lines_max = 4;

/// Bytes in, requests out. A value without threads or clocks: the owner keeps the deadlines, and answers 408
/// itself.
///
/// Call order:
///   1. receive(input) takes bytes from the front and says how many; what it leaves belongs to the next
///   request,
///      or to the protocol that an upgrade switched to. It takes none unless the state is `reading`.
///   2. head_complete: a body is announced but not read. Look at request(), then refuse it (and close, for
///   the
///      body will come), or call read_body(), answer 100 if expects_continue(request()), and go on with 1.
///      read_body() itself refuses with 413 what Content-Length says is too large.
///   3. complete: take_request(), after which the reader reads the next one. Requests without a body come
///   here
///      directly.
///   4. rejected: write rejection() (it says `Connection: close`), close; nothing more can be read.
class RequestReader {
 public:
  enum class State { reading, head_complete, complete, rejected };

  /// `limits` must outlive the reader.
  RequestReader(const Limits& limits, Security security) : limits_(&limits), security_(security) {}

  /// How many bytes of `input` were taken. The input is borrowed for the call.
  std::size_t receive(ConstBytes input);
  State state() const { return state_; }
  /// Has a byte of the next request come? Tells a slow request (408) from an idle connection.
  bool has_begun() const;

  /// The head while head_complete, everything while complete. `remote_address` is left to the owner.
  const Request& request() const { return request_; }
  /// Only while head_complete.
  void read_body();
  /// Only while complete.
  Request take_request();
  /// Only while rejected.
  const Response& rejection() const { return *rejection_; }

 private:
  enum class Expecting { request_line, fields, body };

  void reject(int status, std::string_view text);
  void receive_request_line(std::string_view& input);
  void reject_long_request_line();
  void open_request(std::string_view line);
  void receive_fields(std::string_view& input);
  void finish_head();
  bool check_host();
  bool check_fields();
  void receive_body(std::string_view& input);
  void receive_sized_body(std::string_view& input);
  void receive_chunked_body(std::string_view& input);

  const Limits* limits_;
  Security security_;
  State state_ = State::reading;
  Expecting expecting_ = Expecting::request_line;
  std::size_t empty_lines_ = 0;
  LineReader lines_;
  std::optional<FieldSectionReader> fields_;
  BodyFraming framing_;
  std::optional<ChunkedReader> chunks_;
  Request request_;
  std::optional<Response> rejection_;
};

}  // namespace duplex::http
