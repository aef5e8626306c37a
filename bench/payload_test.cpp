#include "payload.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace duplex::bench {
namespace {

TEST(Payload, HasTheSizeThatWasAskedFor) {
  for (const std::size_t bytes : {1u, 20u, 1024u}) {
    EXPECT_EQ(make_payloads(PayloadKind::text, bytes, 1)[0].size(), bytes);
  }
}

TEST(Payload, OfJsonIsJsonOfTheSizeThatWasAskedFor) {
  for (const std::string& payload : make_payloads(PayloadKind::json, 1024, 100)) {
    EXPECT_EQ(payload.size(), 1024u);
    EXPECT_TRUE(nlohmann::json::accept(payload)) << payload;
  }
}

TEST(Payload, DiffersFromTheOthersAndIsTheSameEveryTime) {
  for (const PayloadKind kind : {PayloadKind::text, PayloadKind::json}) {
    const auto payloads = make_payloads(kind, 1024, 2);
    EXPECT_NE(payloads[0], payloads[1]);
    EXPECT_EQ(payloads, make_payloads(kind, 1024, 2));
  }
}

}  // namespace
}  // namespace duplex::bench
