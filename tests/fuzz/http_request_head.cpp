// A server's HTTP reader, and any bytes: heads, bodies, chunks, one request behind the other.
//
// The input: a byte of settings (see read_settings), segments, then what the client sends.
#include <duplex/limits.hpp>

#include "canary.hpp"
#include "check.hpp"
#include "http/fields.hpp"
#include "http/request_semantics.hpp"
#include "http/response_writer.hpp"
#include "http/testing.hpp"
#include "segments.hpp"

namespace duplex::fuzz {
namespace {

using http::Security;
using http::testing::describe;
using http::testing::read_requests_in;
using http::testing::Requests;

struct Settings {
  Limits limits;
  Security security = Security::plain;
};

Settings read_settings(Input& input) {
  const unsigned bits = input.byte();
  Settings settings;
  if ((bits & 1) != 0) settings.limits.request_line_bytes_max = 40;
  if ((bits & 2) != 0) settings.limits.header_bytes_max = 80;
  if ((bits & 4) != 0) settings.limits.header_count_max = 3;
  if ((bits & 8) != 0) settings.limits.body_bytes_max = 10;
  if ((bits & 16) != 0) settings.security = Security::tls;
  return settings;
}

std::vector<std::string_view> cut(std::string_view stream, const Segments& segments) {
  std::vector<std::string_view> pieces = segments.cut(stream);
  // A reader that takes a CR at the end of a segment for the whole end of the line.
  for (std::size_t i = 1; has_planted_bug && i < pieces.size(); ++i)
    if (pieces[i - 1].ends_with("e\r") && pieces[i].starts_with('\n')) pieces[i].remove_prefix(1);
  return pieces;
}

void check_path(const Request& request) {
  const bool is_asterisk = request.path == "*" && request.method == "OPTIONS";
  check(is_asterisk || request.path.starts_with('/'), "a path begins with a slash", request.path);
  check(request.path.find_first_of(std::string_view("\0\\", 2)) == std::string::npos,
        "no path holds a NUL or a backslash", request.path);
  const std::string closed = request.path + "/";
  check(closed.find("/../") == std::string::npos && closed.find("/./") == std::string::npos,
        "no path leads out of its folder", request.path);
}

void check_fields(const HeaderFields& fields, const Limits& limits) {
  std::size_t section_bytes = 0;
  for (const HeaderField& field : fields) {
    section_bytes += field.name.size() + field.value.size() + 3;  // the colon and the end of the line
    check(http::is_token(field.name), "field names are tokens", field.name);
    check(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
          "no value ends its line", field.value);
    check(http::trim_whitespace(field.value) == field.value, "values stand alone", field.value);
  }
  check(section_bytes <= limits.header_bytes_max, "header_bytes_max holds");
  check(fields.size() <= limits.header_count_max, "header_count_max holds");
  // What a proxy could read otherwise (RFC 9112 §11.2).
  check(fields.count("Content-Length") + fields.count("Transfer-Encoding") <= 1,
        "one field at most says how long the body is");
}

// The plainest form of a request, which has to be read as the same.
std::string written(const Request& request) {
  std::string text = request.method + " " + request.target + " HTTP/1." +
                     std::to_string(request.version_minor) + "\r\n" +
                     http::testing::text_of(request.headers) + "\r\n";
  if (request.headers.count("Transfer-Encoding") == 0) return text + request.body;
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", request.body.size());
  return text + (request.body.empty() ? "" : size + request.body + "\r\n") + "0\r\n\r\n";
}

void check_request(const Request& request, const Settings& settings) {
  const Limits& limits = settings.limits;
  check(request.method.size() + request.target.size() + 10 <= limits.request_line_bytes_max,
        "request_line_bytes_max holds");
  check(request.body.size() <= limits.body_bytes_max, "body_bytes_max holds");
  check_path(request);
  check_fields(request.headers, limits);

  const std::string text = written(request);
  Limits roomier = limits;
  roomier.header_bytes_max *= 2;  // the plainest form writes a blank behind each colon
  const Requests again = read_requests_in({text}, roomier, settings.security);
  check(again.complete.size() == 1 && !again.rejection && !again.ends_inside_request,
        "a request written again is one request", text);
  check_equal(describe(again), describe(Requests{{request}, {}, false}),
              "a request written again is the same");
}

void check_rejection(const Response& rejection) {
  check(rejection.status >= 400 && rejection.status <= 599, "a rejection is an error");
  ByteBuffer output;
  const auto persistence = http::write_response(rejection, {}, output);
  check(persistence == http::Persistence::close, "a rejection ends the connection");
  const std::string_view wire = as_text(std::as_const(output).bytes());
  const auto received = http::testing::read_response_in({wire});
  check(received.state == http::ResponseReader::State::complete && received.left_over.empty(),
        "a rejection is one response");
  check(received.response.status == rejection.status && received.response.body == rejection.body,
        "a rejection arrives as it was made", wire);
}

void run(Input input) {
  const Settings settings = read_settings(input);
  const Segments segments = Segments::read(input);
  const std::string_view stream = as_text(input.rest());

  const Requests whole = read_requests_in(cut(stream, Segments::whole()), settings.limits, settings.security);
  for (const Request& request : whole.complete) check_request(request, settings);
  if (whole.rejection) check_rejection(*whole.rejection);
  for (const Segments& other : {segments, Segments::of_one_byte()}) {
    const Requests requests = read_requests_in(cut(stream, other), settings.limits, settings.security);
    check_equal(describe(requests), describe(whole), "segments do not change the requests");
  }
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::run({data, size});
  return 0;
}
