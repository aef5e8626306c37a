// Responses on the wire (RFC 9112 §4, RFC 9110 §6.6, §8.6).
#pragma once

#include <cstdint>
#include <string_view>

#include <duplex/bytes.hpp>
#include <duplex/http.hpp>

#include "http/request_semantics.hpp"

namespace duplex::http {

/// What the request and the connection decide about the response's form.
struct ResponseContext {
  std::string_view method = "GET";  ///< a response to HEAD has no body
  int version_minor = 1;            ///< of the request: HTTP/1.0 has to be told about keep-alive
  Persistence persistence = Persistence::keep_alive;
  std::string_view date;  ///< see date.hpp; empty leaves the field out
};

/// Appends the response. The writer owns Content-Length, Transfer-Encoding, Date and Connection; such fields
/// of the response are not copied, but `Connection: close` in it is obeyed and an Upgrade field brings
/// `Connection: Upgrade`. A response that cannot be written (CR, LF or NUL in a field, a bad name, a status
/// outside 200–599) becomes a 500. Returns what was announced: after `close` no further request may be
/// served.
Persistence write_response(const Response& response, const ResponseContext& context, ByteBuffer& output);

/// The same for a body that the caller sends itself: `body_bytes` stands in for response.body, which must be
/// empty. Nothing may follow the head where the status or HEAD forbids a body; `body_follows` says so.
struct WrittenHead {
  Persistence persistence = Persistence::keep_alive;
  bool body_follows = false;
};
WrittenHead write_response_head(const Response& response, std::uint64_t body_bytes,
                                const ResponseContext& context, ByteBuffer& output);

/// An interim response: 100, 103, or the head of a 101. Has no length, date or body.
void write_interim_response(int status, const HeaderFields& fields, ByteBuffer& output);

/// Is name and value free of everything that could end the line or the name (RFC 9112 §11.1)?
bool is_writable(const HeaderField& field);
/// Appends `name: value` and CRLF. The field must be writable.
void write_field(std::string_view name, std::string_view value, ByteBuffer& output);

}  // namespace duplex::http
