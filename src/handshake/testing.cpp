#include "handshake/testing.hpp"

#include <gtest/gtest.h>

#include "http/fields.hpp"
#include "http/request_reader.hpp"

namespace duplex::handshake::testing {
namespace {

bool is_field(std::string_view line, std::string_view name) {
  return http::equal_ignoring_case(line.substr(0, line.find(':')), name);
}

}  // namespace

Fields Fields::without(std::string_view name) const {
  Fields changed = *this;
  std::erase_if(changed.lines, [&](std::string_view line) { return is_field(line, name); });
  return changed;
}

Fields Fields::and_also(std::string line) const {
  Fields changed = *this;
  changed.lines.push_back(std::move(line));
  return changed;
}

Fields Fields::with(std::string_view name, std::string_view value) const {
  return without(name).and_also(std::string(name) + ": " + std::string(value));
}

std::string Fields::text() const {
  std::string text = method + " " + target + " " + version + "\r\n";
  for (const std::string& line : lines) text += line + "\r\n";
  return text + "\r\n";
}

Fields baseline_request() {
  Fields fields;
  fields.lines = {"Host: server.example.com", "Upgrade: websocket", "Connection: Upgrade",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"};
  return fields;
}

Request read_request(const Fields& fields) { return read_request(fields.text()); }

Request read_request(std::string_view text) {
  const Limits limits;
  http::RequestReader reader(limits, http::Security::plain);
  EXPECT_EQ(reader.receive(as_bytes(text)), text.size()) << text;
  EXPECT_TRUE(reader.state() == http::RequestReader::State::complete ||
              reader.state() == http::RequestReader::State::head_complete)
      << text;
  return reader.request();
}

void CountingEntropy::fill(Bytes bytes) {
  for (std::byte& byte : bytes) byte = std::byte{next_++};
}

}  // namespace duplex::handshake::testing
