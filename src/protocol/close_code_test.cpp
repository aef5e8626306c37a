#include "protocol/close_code.hpp"

#include <gtest/gtest.h>

namespace duplex::protocol {
namespace {

bool is_in_table(unsigned number) {  // rows 6455-CC-01 to 6455-CC-21, as ranges
  return (number >= 1000 && number <= 1003) || (number >= 1007 && number <= 1014) ||
         (number >= 3000 && number <= 4999);
}

TEST(CloseCode, is_legal_exactly_as_the_table_says_6455_7_4_01_6455_7_4_02) {
  for (unsigned number = 0; number <= 0xFFFF; ++number) {
    const CloseCode code{static_cast<std::uint16_t>(number)};
    ASSERT_EQ(is_legal_on_wire(code), is_in_table(number)) << number;
    ASSERT_EQ(is_sendable(code), is_in_table(number)) << number;
  }
}

TEST(CloseReason, is_cut_between_two_characters_6455_5_5_02) {
  EXPECT_EQ(cut_reason(std::string(123, 'a')).size(), 123u);
  EXPECT_EQ(cut_reason(std::string(124, 'a')).size(), 123u);
  const std::string euro = "\xE2\x82\xAC";
  EXPECT_EQ(cut_reason(std::string(120, 'a') + euro + "b"), std::string(120, 'a') + euro);
  EXPECT_EQ(cut_reason(std::string(121, 'a') + euro), std::string(121, 'a'));
  EXPECT_EQ(cut_reason(std::string(122, 'a') + euro), std::string(122, 'a'));
  EXPECT_EQ(cut_reason(std::string(123, 'a') + euro), std::string(123, 'a'));
}

}  // namespace
}  // namespace duplex::protocol
