// The baseline handshake that the tests of this folder vary.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <duplex/http.hpp>
#include <duplex/protocol.hpp>

namespace duplex::handshake::testing {

/// A request head as lines, for changing one at a time.
struct Fields {
  std::string method = "GET";
  std::string target = "/chat";
  std::string version = "HTTP/1.1";
  std::vector<std::string> lines;

  Fields without(std::string_view name) const;
  Fields and_also(std::string line) const;
  Fields with(std::string_view name, std::string_view value) const;
  std::string text() const;
};

Fields baseline_request();

/// The request as the reader hands it out at the end of its head.
Request read_request(const Fields& fields);
Request read_request(std::string_view text);

/// Entropy that counts, so that every fill differs and every run is the same.
class CountingEntropy final : public Entropy {
 public:
  void fill(Bytes bytes) override;

 private:
  unsigned char next_ = 1;
};

}  // namespace duplex::handshake::testing
