#include "chat/domain/name.hpp"

#include <gtest/gtest.h>

namespace duplex::chat {
namespace {

std::string key_of(std::string_view text) { return Name::parse(text).value().key(); }

void refuses(std::string_view text, const char* why) {
  const auto name = Name::parse(text);
  ASSERT_FALSE(name) << why;
  EXPECT_EQ(name.error().code, ErrorCode::bad_request) << why;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(Name, KeepsWhatWasTypedAndFoldsItForComparison) {
  const Name name = Name::parse("Ada Lovelace").value();
  EXPECT_EQ(name.text(), "Ada Lovelace");
  EXPECT_EQ(name.key(), "ada lovelace");
}

TEST(Name, HasOneKeyForAllSpellingsThatLookTheSame) {
  EXPECT_EQ(key_of("Straße"), key_of("STRASSE"));
  EXPECT_EQ(key_of("ＡＤＡ"), key_of("ada"));
  EXPECT_EQ(key_of("e\u0301"), key_of("\u00c9"));
  EXPECT_EQ(key_of("ΣΊΣΥΦΟΣ"), key_of("σίσυφος"));
  EXPECT_NE(key_of("ada"), key_of("аda"));  // The second begins with a Cyrillic letter.
}

TEST(Name, IsShownInNfkc) {
  EXPECT_EQ(Name::parse("e\u0301").value().text(), "\u00e9");
  EXPECT_EQ(Name::parse("ﬁn").value().text(), "fin");
}

TEST(Name, LosesBlanksAtItsEnds) {
  EXPECT_EQ(Name::parse("  Ada\u3000").value().text(), "Ada");
  EXPECT_EQ(Name::parse("A B").value().text(), "A B");
}

TEST(Name, HasOneToThirtyTwoCodePoints) {
  EXPECT_TRUE(Name::parse("A"));
  EXPECT_TRUE(Name::parse(repeat("\U0001f600", 32)));
  refuses(repeat("\U0001f600", 33), "33 code points");
  refuses(repeat("a", 33), "33 letters");
  refuses(repeat("\u00e4", 300), "more bytes than are looked at");
}

TEST(Name, IsCountedAfterNormalisation) {
  EXPECT_TRUE(Name::parse(repeat("e\u0301", 32)));
  refuses(repeat("\ufb03", 11), "eleven ligatures are 33 letters");
}

TEST(Name, IsNotBlank) {
  refuses("", "empty");
  refuses("   ", "spaces");
  refuses("\u00a0\u2003", "wide spaces");
  refuses("\u3164", "the Hangul filler shows nothing");
}

TEST(Name, HasNoControlsFormatCharactersOrSeparatorsOfLines) {
  refuses(std::string_view("a\0b", 3), "NUL");
  refuses("a\nb", "line feed");
  refuses("a\u0085b", "next line");
  refuses("a\u200bb", "zero width space");
  refuses("a\u202eb", "right-to-left override");
  refuses("a\u2066b", "isolate");
  refuses("a\u2028b", "line separator");
  refuses("a\u2029b", "paragraph separator");
  refuses("a\u00adb", "soft hyphen");
}

TEST(Name, IsValidUtf8) {
  refuses("a\xff", "a stray byte");
  refuses("a\xed\xa0\x80", "a surrogate");
  refuses("a\xc0\xaf", "an overlong form");
}

TEST(Name, TakesANumberAndStaysWithinItsLength) {
  EXPECT_EQ(Name::parse("Ada").value().with_number(2).text(), "Ada 2");
  EXPECT_EQ(Name::parse("Ada").value().with_number(2).key(), "ada 2");
  const Name numbered = Name::parse(repeat("\U0001f600", 32)).value().with_number(10);
  EXPECT_EQ(numbered.text(), repeat("\U0001f600", 29) + " 10");
}

TEST(Name, IsSearchedForByItsFoldedForm) {
  EXPECT_EQ(search_key("STRAßE"), "strasse");
  EXPECT_EQ(search_key(""), "");
}

}  // namespace
}  // namespace duplex::chat
