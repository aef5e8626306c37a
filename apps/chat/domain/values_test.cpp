// Ids, client ids, tokens, errors and bodies: what is accepted, and how it is written.
#include <gtest/gtest.h>

#include <set>

#include "chat/domain/cid.hpp"
#include "chat/domain/event.hpp"
#include "chat/domain/id.hpp"
#include "chat/domain/room.hpp"
#include "chat/domain/room_order.hpp"
#include "chat/domain/token.hpp"

namespace duplex::chat {
namespace {

RandomBytes counting_random() {
  return [next = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
    for (auto& byte : bytes) byte = next++;
  };
}

TEST(Id, AcceptsLowerCaseLettersAndDigitsOnly) {
  EXPECT_EQ(RoomId::parse("room42")->text(), "room42");
  for (const char* bad : {"", "Room", "a b", "a-b", "a.b", "ä", "a*", "a>"})
    EXPECT_FALSE(RoomId::parse(bad)) << bad;
  EXPECT_TRUE(UserId::parse(std::string(id_bytes_max, 'a')));
  EXPECT_FALSE(UserId::parse(std::string(id_bytes_max + 1, 'a')));
}

TEST(Id, IsMadeOfRandomnessAndCanBeParsedAgain) {
  const RandomBytes random = counting_random();
  const UserId first = UserId::make(random);
  const UserId second = UserId::make(random);
  EXPECT_EQ(first.text(), "abcdefghijklmnop");
  EXPECT_NE(first, second);
  EXPECT_EQ(UserId::parse(first.text()), first);
}

TEST(Cid, AcceptsCanonicalLowerCaseUuidsOfAnyVersion) {
  for (const char* good : {"00000000-0000-0000-0000-000000000000", "0190f5d2-7c1e-7abc-8def-0123456789ab",
                           "ffffffff-ffff-ffff-ffff-ffffffffffff"})
    EXPECT_EQ(Cid::parse(good)->text(), good);
}

TEST(Cid, RefusesEveryOtherSpelling) {
  for (const char* bad : {"", "0190F5D2-7C1E-7ABC-8DEF-0123456789AB", "0190f5d27c1e7abc8def0123456789ab",
                          "{0190f5d2-7c1e-7abc-8def-0123456789a}", "0190f5d2-7c1e-7abc-8def-0123456789a",
                          "0190f5d2-7c1e-7abc-8def-0123456789abc", "0190f5d2-7c1e-7abc-8def-0123456789ag",
                          "0190f5d-27c1e-7abc-8def-0123456789ab", " 190f5d2-7c1e-7abc-8def-0123456789ab"})
    EXPECT_FALSE(Cid::parse(bad)) << bad;
}

TEST(Token, HasTwoHundredAndSixtyRandomBits) {
  const std::string token = make_token(counting_random());
  EXPECT_EQ(token.size(), 52u);
  EXPECT_EQ(token.substr(0, 8), "abcdefgh");
}

TEST(Token, IsHashedWithSha256) {
  // FIPS 180-4's example: SHA-256("abc").
  const TokenHash hash = hash_token("abc");
  EXPECT_EQ(hash[0], 0xba);
  EXPECT_EQ(hash[1], 0x78);
  EXPECT_EQ(hash[31], 0xad);
}

TEST(Error, HasOneTextPerCodeAndKnowsWhichArePassing) {
  EXPECT_EQ(to_text(ErrorCode::bad_request), "bad_request");
  EXPECT_EQ(to_text(ErrorCode::too_large), "too_large");
  std::set<std::string_view> texts;
  std::set<std::string_view> temporary;
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    const auto error = static_cast<ErrorCode>(code);
    texts.insert(to_text(error));
    if (is_temporary(error)) temporary.insert(to_text(error));
  }
  EXPECT_EQ(texts.size(), 9u);
  EXPECT_EQ(temporary, (std::set<std::string_view>{"rate_limited", "unavailable", "internal"}));
}

TEST(Event, KindsHaveTheTextsOfTheWire) {
  std::string texts;
  for (int kind = 1; kind <= 9; ++kind) texts += std::string(to_text(static_cast<EventKind>(kind))) + " ";
  EXPECT_EQ(texts, "msg edit del react join leave meta kick ban ");
}

TEST(Room, KindsAndRolesHaveTheTextsOfTheWire) {
  EXPECT_EQ(to_text(RoomKind::public_room), "public");
  EXPECT_EQ(to_text(RoomKind::private_room), "private");
  EXPECT_EQ(to_text(RoomKind::direct), "direct");
  EXPECT_EQ(to_text(Role::guest), "guest");
  EXPECT_EQ(to_text(Role::owner), "owner");
}

TEST(Body, IsOneByteToSixteenKibibytes) {
  EXPECT_EQ(check_message_body("")->code, ErrorCode::bad_request);
  EXPECT_FALSE(check_message_body(" "));
  EXPECT_FALSE(check_message_body(std::string(16 * 1024, 'x')));
  EXPECT_EQ(check_message_body(std::string(16 * 1024 + 1, 'x'))->code, ErrorCode::too_large);
}

TEST(RoomOrder, FollowsTheLastEventAndNeverGoesBackInTime) {
  const Place first = LogEnd{0, 0}.next(100);
  EXPECT_EQ(first.seq, 1);
  EXPECT_EQ(first.prev, 0);
  EXPECT_EQ(first.ts, 100);
  const Place late = LogEnd{7, 100}.next(90);
  EXPECT_EQ(late.seq, 8);
  EXPECT_EQ(late.prev, 7);
  EXPECT_EQ(late.ts, 100);
}

}  // namespace
}  // namespace duplex::chat
