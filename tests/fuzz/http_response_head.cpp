// A client's HTTP reader, and any bytes as the answer to its handshake.
//
// The input: a byte of settings (see run), segments, then what the server sends.
#include <duplex/limits.hpp>

#include "canary.hpp"
#include "check.hpp"
#include "http/fields.hpp"
#include "http/testing.hpp"
#include "segments.hpp"

namespace duplex::fuzz {
namespace {

using http::ResponseReader;
using http::testing::describe;
using http::testing::read_response_in;
using http::testing::ReceivedResponse;
using http::testing::StreamEnd;

Limits read_limits(unsigned bits) {
  Limits limits;
  if ((bits & 1) != 0) limits.request_line_bytes_max = 40;
  if ((bits & 2) != 0) limits.header_bytes_max = 80;
  if ((bits & 4) != 0) limits.header_count_max = 3;
  if ((bits & 8) != 0) limits.body_bytes_max = 10;
  return limits;
}

void check_complete(const ReceivedResponse& received, const Limits& limits) {
  const Response& response = received.response;
  check(response.status == 101 || (response.status >= 200 && response.status <= 599),
        "what is final is 101 or above 199");
  check(response.body.size() <= limits.body_bytes_max, "body_bytes_max holds");
  check(response.headers.size() <= limits.header_count_max, "header_count_max holds");
  for (const HeaderField& field : response.headers) {
    check(http::is_token(field.name), "field names are tokens", field.name);
    check(http::is_field_value(field.value), "values are field values", field.value);
  }
  const bool is_without_body = response.status == 101 || response.status == 204 || response.status == 304;
  check(!is_without_body || response.body.empty(), "101, 204 and 304 have no body");
}

ReceivedResponse receive(std::string_view stream, const Segments& segments, StreamEnd end,
                         const Limits& limits) {
  ReceivedResponse received = read_response_in(segments.cut(stream), end, limits);
  // An owner who loses a byte of what came in one segment with the 101.
  if (has_planted_bug && received.response.status == 101 && received.left_over.size() >= 20)
    received.left_over.erase(0, 1);
  return received;
}

void run(Input input) {
  const unsigned bits = input.byte();
  const Limits limits = read_limits(bits);
  const StreamEnd end = (bits & 16) != 0 ? StreamEnd::eof : StreamEnd::open;
  const Segments segments = Segments::read(input);
  const std::string_view stream = as_text(input.rest());

  const ReceivedResponse whole = receive(stream, Segments::whole(), end, limits);
  check(end == StreamEnd::open || whole.state != ResponseReader::State::reading,
        "nothing is read behind the end of the stream");
  if (whole.state == ResponseReader::State::complete) check_complete(whole, limits);
  if (whole.state == ResponseReader::State::failed) check(!whole.text.empty(), "a failure says why");
  check(stream.ends_with(whole.left_over), "what is left over is the end of the stream");
  if (whole.state == ResponseReader::State::complete && whole.response.status == 101)
    check(stream.substr(stream.size() - whole.left_over.size() - 4, 4) == "\r\n\r\n",
          "frames begin right behind the 101");
  for (const Segments& other : {segments, Segments::of_one_byte()})
    check_equal(describe(receive(stream, other, end, limits)), describe(whole),
                "segments do not change the response");
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::run({data, size});
  return 0;
}
