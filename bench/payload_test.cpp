#include "payload.hpp"

#include <algorithm>

#include <duplex/protocol.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace duplex::bench {
namespace {

TEST(Payload, HasTheSizeThatWasAskedFor) {
  for (const std::size_t bytes : {1u, 20u, 1024u}) {
    for (const PayloadKind kind : {PayloadKind::text, PayloadKind::utf8, PayloadKind::binary}) {
      EXPECT_EQ(make_payloads(kind, bytes, 1)[0].size(), bytes);
    }
  }
}

TEST(Payload, OfJsonIsJsonOfTheSizeThatWasAskedFor) {
  for (const std::string& payload : make_payloads(PayloadKind::json, 1024, 100)) {
    EXPECT_EQ(payload.size(), 1024u);
    EXPECT_TRUE(nlohmann::json::accept(payload)) << payload;
  }
}

TEST(Payload, DiffersFromTheOthersAndIsTheSameEveryTime) {
  for (const PayloadKind kind :
       {PayloadKind::text, PayloadKind::utf8, PayloadKind::binary, PayloadKind::json}) {
    const auto payloads = make_payloads(kind, 1024, 2);
    EXPECT_NE(payloads[0], payloads[1]);
    EXPECT_EQ(payloads, make_payloads(kind, 1024, 2));
  }
}

TEST(Payload, OfUtf8IsValidAndMixed) {
  for (const std::string& payload : make_payloads(PayloadKind::utf8, 1024, 10)) {
    EXPECT_TRUE(is_valid_utf8(as_bytes(payload)));
    EXPECT_NE(std::ranges::count_if(payload, [](char byte) { return byte < 0; }), 0);
  }
}

}  // namespace
}  // namespace duplex::bench
