#include "http/response_writer.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/assert.hpp"
#include "http/fields.hpp"
#include "http/status.hpp"

namespace duplex::http {
namespace {

constexpr auto owned_fields =
    std::to_array<std::string_view>({"Content-Length", "Transfer-Encoding", "Date", "Connection"});

void append(std::string_view text, ByteBuffer& output) { output.append(as_bytes(text)); }

bool is_owned(std::string_view name) {
  return std::any_of(owned_fields.begin(), owned_fields.end(),
                     [&](std::string_view owned) { return equal_ignoring_case(owned, name); });
}

bool is_writable_response(const Response& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::all_of(response.headers.begin(), response.headers.end(), is_writable);
}

Response unwritable_response() {
  return make_refusal(500, "The application made a response that is not valid HTTP.");
}

/// 204 and 304 never have a body (RFC 9112 §6.3), and no length that would be that of another response.
bool status_has_body(int status) { return status != 204 && status != 304; }

void write_status_line(int status, ByteBuffer& output) {
  append("HTTP/1.1 ", output);
  append(std::to_string(status), output);
  append(" ", output);
  append(reason_phrase(status), output);
  append("\r\n", output);
}

void write_connection_field(const Response& response, const ResponseContext& context, Persistence persistence,
                            ByteBuffer& output) {
  // Whoever sends Upgrade also lists it in Connection (RFC 9110 §7.8).
  if (response.headers.count("Upgrade") > 0) write_field("Connection", "Upgrade", output);
  if (persistence == Persistence::close)
    write_field("Connection", "close", output);
  else if (context.version_minor == 0)
    write_field("Connection", "keep-alive", output);
}

WrittenHead write_head(const Response& response, std::uint64_t body_bytes, const ResponseContext& context,
                       ByteBuffer& output) {
  WrittenHead head;
  head.persistence =
      response.headers.has_token("Connection", "close") ? Persistence::close : context.persistence;
  head.body_follows = status_has_body(response.status) && context.method != "HEAD" && body_bytes > 0;
  write_status_line(response.status, output);
  if (!context.date.empty()) write_field("Date", context.date, output);
  for (const HeaderField& field : response.headers)
    if (!is_owned(field.name)) write_field(field.name, field.value, output);
  if (status_has_body(response.status)) write_field("Content-Length", std::to_string(body_bytes), output);
  write_connection_field(response, context, head.persistence, output);
  append("\r\n", output);
  return head;
}

}  // namespace

Persistence write_response(const Response& response, const ResponseContext& context, ByteBuffer& output) {
  if (!is_writable_response(response)) return write_response(unwritable_response(), context, output);
  const WrittenHead head = write_head(response, response.body.size(), context, output);
  if (head.body_follows) append(response.body, output);
  return head.persistence;
}

WrittenHead write_response_head(const Response& response, std::uint64_t body_bytes,
                                const ResponseContext& context, ByteBuffer& output) {
  DUPLEX_ASSERT(response.body.empty());
  if (is_writable_response(response)) return write_head(response, body_bytes, context, output);
  return {write_response(unwritable_response(), context, output), false};
}

void write_interim_response(int status, const HeaderFields& fields, ByteBuffer& output) {
  write_status_line(status, output);
  for (const HeaderField& field : fields) write_field(field.name, field.value, output);
  append("\r\n", output);
}

bool is_writable(const HeaderField& field) { return is_token(field.name) && is_field_value(field.value); }

void write_field(std::string_view name, std::string_view value, ByteBuffer& output) {
  append(name, output);
  append(": ", output);
  append(value, output);
  append("\r\n", output);
}

}  // namespace duplex::http
