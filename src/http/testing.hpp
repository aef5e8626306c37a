// How the tests of this folder feed readers: every input whole and byte by byte, with one result.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_reader.hpp"
#include "http/response_reader.hpp"

namespace duplex::http::testing {

/// Everything that came out of a stream of requests, all bodies read.
struct Requests {
  std::vector<Request> complete;
  std::optional<Response> rejection;
  bool ends_inside_request = false;

  /// 0 without a rejection.
  int rejected_status() const { return rejection ? rejection->status : 0; }
};

/// Reads until the input ends or is rejected; whole and byte by byte, which must not differ.
Requests read_requests(std::string_view input, const Limits& limits = {},
                       Security security = Security::plain);

/// The same for one way to cut the stream, compared with nothing.
Requests read_requests_in(const std::vector<std::string_view>& segments, const Limits& limits = {},
                          Security security = Security::plain);

/// All of it as one text, for comparing.
std::string describe(const Requests& requests);

/// What a client made of a server's bytes.
struct ReceivedResponse {
  ResponseReader::State state = ResponseReader::State::reading;
  Response response;
  std::string text;
  std::string left_over;
};

enum class StreamEnd { open, eof };

ReceivedResponse read_response(std::string_view input, StreamEnd end = StreamEnd::open,
                               const Limits& limits = {});

/// The same for one way to cut the stream, compared with nothing.
ReceivedResponse read_response_in(const std::vector<std::string_view>& segments,
                                  StreamEnd end = StreamEnd::open, const Limits& limits = {});

/// All of it as one text, for comparing.
std::string describe(const ReceivedResponse& received);

/// `name: value` lines with CRLF, for comparing.
std::string text_of(const HeaderFields& fields);

/// `count` times `text`.
std::string repeat(std::string_view text, std::size_t count);

}  // namespace duplex::http::testing
