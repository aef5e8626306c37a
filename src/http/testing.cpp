#include "http/testing.hpp"

#include <gtest/gtest.h>

namespace duplex::http::testing {
namespace {

std::vector<std::string_view> cut(std::string_view input, std::size_t segment_bytes) {
  std::vector<std::string_view> segments;
  for (; !input.empty(); input.remove_prefix(segments.back().size()))
    segments.push_back(input.substr(0, segment_bytes));
  return segments;
}

// A segment in memory of its own, which is gone before the next one comes: AddressSanitizer sees who still
// looks.
using Lent = std::vector<char>;

std::vector<std::string_view> whole(std::string_view input) { return cut(input, input.size()); }

}  // namespace

Requests read_requests_in(const std::vector<std::string_view>& segments, const Limits& limits,
                          Security security) {
  Requests requests;
  RequestReader reader(limits, security);
  for (const std::string_view sent : segments) {
    const Lent lent(sent.begin(), sent.end());
    std::string_view segment(lent.data(), lent.size());
    while (!segment.empty()) {
      segment.remove_prefix(reader.receive(as_bytes(segment)));
      if (reader.state() == RequestReader::State::head_complete) reader.read_body();
      if (reader.state() == RequestReader::State::complete)
        requests.complete.push_back(reader.take_request());
      if (reader.state() == RequestReader::State::rejected) {
        requests.rejection = reader.rejection();
        return requests;
      }
    }
  }
  requests.ends_inside_request = reader.has_begun();
  return requests;
}

std::string describe(const Requests& requests) {
  std::string text;
  for (const Request& request : requests.complete)
    text += request.method + '|' + request.target + '|' + request.path + '|' + request.query + '|' +
            request.authority + '|' + std::to_string(request.version_minor) + '|' + text_of(request.headers) +
            '|' + request.body + '\n';
  if (requests.rejection) text += std::to_string(requests.rejection->status) + requests.rejection->body;
  return text + (requests.ends_inside_request ? "inside" : "between");
}

Requests read_requests(std::string_view input, const Limits& limits, Security security) {
  Requests requests = read_requests_in(whole(input), limits, security);
  EXPECT_EQ(describe(requests), describe(read_requests_in(cut(input, 1), limits, security)));
  return requests;
}

ReceivedResponse read_response_in(const std::vector<std::string_view>& segments, StreamEnd end,
                                  const Limits& limits) {
  ResponseReader reader(limits);
  std::string left_over;
  for (const std::string_view sent : segments) {
    const Lent lent(sent.begin(), sent.end());
    std::string_view segment(lent.data(), lent.size());
    while (!segment.empty() && reader.state() == ResponseReader::State::reading)
      segment.remove_prefix(reader.receive(as_bytes(segment)));
    left_over += segment;
  }
  if (end == StreamEnd::eof) reader.receive_eof();
  return {reader.state(), reader.response(), reader.text(), left_over};
}

std::string describe(const ReceivedResponse& received) {
  if (received.state == ResponseReader::State::failed) return "failed: " + received.text;
  return std::to_string(static_cast<int>(received.state)) + '|' + std::to_string(received.response.status) +
         '|' + text_of(received.response.headers) + '|' + received.response.body + '|' + received.left_over;
}

ReceivedResponse read_response(std::string_view input, StreamEnd end, const Limits& limits) {
  ReceivedResponse received = read_response_in(whole(input), end, limits);
  EXPECT_EQ(describe(received), describe(read_response_in(cut(input, 1), end, limits)));
  return received;
}

std::string text_of(const HeaderFields& fields) {
  std::string text;
  for (const HeaderField& field : fields) text += field.name + ": " + field.value + "\r\n";
  return text;
}

std::string repeat(std::string_view text, std::size_t count) {
  std::string repeated;
  repeated.reserve(text.size() * count);
  for (std::size_t index = 0; index < count; ++index) repeated += text;
  return repeated;
}

}  // namespace duplex::http::testing
