#include "http/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace duplex::http::testing {
namespace {

Requests read_in_pieces(std::string_view input, std::size_t piece_bytes, const Limits& limits,
                        Security security) {
  Requests requests;
  RequestReader reader(limits, security);
  std::string_view piece;
  while (!piece.empty() || !input.empty()) {
    if (piece.empty()) {
      piece = input.substr(0, piece_bytes);
      input.remove_prefix(piece.size());
    }
    piece.remove_prefix(reader.receive(as_bytes(piece)));
    if (reader.state() == RequestReader::State::head_complete) reader.read_body();
    if (reader.state() == RequestReader::State::complete) requests.complete.push_back(reader.take_request());
    if (reader.state() == RequestReader::State::rejected) {
      requests.rejection = reader.rejection();
      return requests;
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

ReceivedResponse read_response_in_pieces(std::string_view input, std::size_t piece_bytes, StreamEnd end,
                                         const Limits& limits) {
  ResponseReader reader(limits);
  while (!input.empty() && reader.state() == ResponseReader::State::reading)
    input.remove_prefix(reader.receive(as_bytes(input.substr(0, piece_bytes))));
  if (end == StreamEnd::eof) reader.receive_eof();
  return {reader.state(), reader.response(), reader.text(), std::string(input)};
}

std::string describe(const ReceivedResponse& received) {
  if (received.state == ResponseReader::State::failed) return "failed: " + received.text;
  return std::to_string(static_cast<int>(received.state)) + '|' + std::to_string(received.response.status) +
         '|' + text_of(received.response.headers) + '|' + received.response.body + '|' + received.left_over;
}

}  // namespace

Requests read_requests(std::string_view input, const Limits& limits, Security security) {
  Requests whole = read_in_pieces(input, std::max<std::size_t>(input.size(), 1), limits, security);
  EXPECT_EQ(describe(whole), describe(read_in_pieces(input, 1, limits, security)));
  return whole;
}

ReceivedResponse read_response(std::string_view input, StreamEnd end, const Limits& limits) {
  ReceivedResponse whole =
      read_response_in_pieces(input, std::max<std::size_t>(input.size(), 1), end, limits);
  EXPECT_EQ(describe(whole), describe(read_response_in_pieces(input, 1, end, limits)));
  return whole;
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
