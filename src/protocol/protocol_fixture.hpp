// The checks that the protocol's tests are written with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/testing.hpp"

namespace duplex::protocol_testing {

/// What has to come of it: events, and frames as a server writes them. `masked ` is added for a client.
struct Expected {
  std::vector<std::string> events;
  std::vector<std::string> frames;
};

/// After what happened before, the connection is failed: one event, one Close, both with the same words.
inline Expected fails(int code, const std::string& detail, Expected before = {}) {
  before.events.push_back("failure " + std::to_string(code) + " \"" + detail + "\"");
  before.frames.push_back("close " + std::to_string(code) + " \"" + detail + "\"");
  return before;
}

inline std::vector<std::string> masked(std::vector<std::string> frames) {
  for (std::string& frame : frames) frame.insert(0, "masked ");
  return frames;
}

/// A server gets these bytes; however they are spread over reads, this comes of it.
inline void check_server(const Octets& input, const Expected& expected, const Limits& limits = {}) {
  for (const Segmentation segmentation : all_segmentations) {
    SCOPED_TRACE("server, segmentation " + std::to_string(static_cast<int>(segmentation)));
    Protocol server = Protocol::server(limits);
    const Reaction reaction = feed(server, cut(input, segmentation));
    EXPECT_EQ(reaction.events, expected.events);
    EXPECT_EQ(reaction.frames, expected.frames);
  }
}

/// The client's twin.
inline void check_client(const Octets& input, const Expected& expected, const Limits& limits = {}) {
  for (const Segmentation segmentation : all_segmentations) {
    SCOPED_TRACE("client, segmentation " + std::to_string(static_cast<int>(segmentation)));
    ZeroEntropy entropy;
    Protocol client = Protocol::client(limits, entropy);
    const Reaction reaction = feed(client, cut(input, segmentation));
    EXPECT_EQ(reaction.events, expected.events);
    EXPECT_EQ(reaction.frames, masked(expected.frames));
  }
}

/// Both twins react the same: `notation` is what a server gets, the client gets it without masks.
inline void check(std::string_view notation, const Expected& expected, const Limits& limits = {}) {
  SCOPED_TRACE(std::string(notation.substr(0, 100)));
  const Octets input = hex(notation);
  check_server(input, expected, limits);
  check_client(unmasked(input), expected, limits);
}

}  // namespace duplex::protocol_testing
