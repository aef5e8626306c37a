#include "subprotocol_offer.hpp"

#include <gtest/gtest.h>

namespace duplex::cli {
namespace {

void check(HeaderFields headers, const std::string& expected) {
  Request request;
  request.headers = std::move(headers);
  EXPECT_EQ(first_offered_subprotocol(request), expected);
}

TEST(SubprotocolOffer, IsEmptyWithoutOne) {
  check({}, "");
  check({{"Sec-WebSocket-Protocol", ""}}, "");
}

TEST(SubprotocolOffer, IsTheFirstOfTheList) {
  check({{"Sec-WebSocket-Protocol", "chat"}}, "chat");
  check({{"Sec-WebSocket-Protocol", "chat.v2, chat.v1"}}, "chat.v2");
  check({{"Sec-WebSocket-Protocol", " ,\tchat ,superchat"}}, "chat");
}

TEST(SubprotocolOffer, IsTheFirstOfTheFirstLine) {
  check({{"Sec-WebSocket-Protocol", "a"}, {"Sec-WebSocket-Protocol", "b"}}, "a");
}

}  // namespace
}  // namespace duplex::cli
