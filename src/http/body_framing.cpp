#include "http/body_framing.hpp"

#include <algorithm>
#include <charconv>

#include "http/fields.hpp"

namespace duplex::http {
namespace {

FramingOutcome refuse(int status, std::string_view text) { return {{}, status, text}; }

/// One or more digits that fit 64 bits. A list like `5, 5` could be collapsed, but nobody honest sends it.
std::optional<std::uint64_t> parse_content_length(std::string_view text) {
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return bytes;
}

FramingOutcome length_framing(const HeaderFields& fields) {
  const std::optional<std::uint64_t> bytes = parse_content_length(*fields.find("Content-Length"));
  if (!bytes || fields.count("Content-Length") > 1) return refuse(400, "Content-Length is not one number.");
  return {{BodyFraming::Kind::length, *bytes}, 0, {}};
}

FramingOutcome coding_framing(const HeaderFields& fields, int version_minor) {
  if (version_minor == 0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
  if (fields.count("Content-Length") > 0)
    return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
  if (fields.count("Transfer-Encoding") > 1) return refuse(400, "There is more than one Transfer-Encoding.");
  const auto codings = token_list(fields, "Transfer-Encoding");
  if (!codings || codings->empty() || !equal_ignoring_case(codings->back(), "chunked"))
    return refuse(400, "The last transfer coding is not chunked.");
  if (codings->size() == 1) return {{BodyFraming::Kind::chunked, 0}, 0, {}};
  const bool is_chunked_twice =
      std::any_of(codings->begin(), codings->end() - 1,
                  [](std::string_view coding) { return equal_ignoring_case(coding, "chunked"); });
  if (is_chunked_twice) return refuse(400, "The body is chunked more than once.");
  return refuse(501, "The only transfer coding understood here is chunked.");
}

}  // namespace

FramingOutcome body_framing(const HeaderFields& fields, int version_minor) {
  if (fields.count("Transfer-Encoding") > 0) return coding_framing(fields, version_minor);
  if (fields.count("Content-Length") > 0) return length_framing(fields);
  return {};
}

bool announces_body(const HeaderFields& fields) {
  const std::optional<std::string_view> length = fields.find("Content-Length");
  return fields.count("Transfer-Encoding") > 0 || (length && *length != "0");
}

}  // namespace duplex::http
