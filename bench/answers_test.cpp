#include "answers.hpp"

#include <gtest/gtest.h>

namespace duplex::bench {
namespace {

const std::vector<std::string> two_payloads = {std::string(200, 'a'), std::string(300, 'b')};

std::string compressed_frame(char first, const std::string& payload) {
  const std::string compressed = deflate_message(payload);
  return std::string(1, first) + static_cast<char>(compressed.size()) + compressed;
}

CompressedAnswers inflating() { return {two_payloads, Inflater(Takeover::yes)}; }

TEST(TapeAnswers, CountsWhatIsComplete) {
  const Tape tape({"abc", "d"});
  TapeAnswers answers(tape);
  EXPECT_EQ(answers.receive("ab"), 0u);
  EXPECT_EQ(answers.receive("cdabc"), 3u);
}

TEST(TapeAnswers, NoticesAWrongByte) {
  const Tape tape({"abc"});
  TapeAnswers answers(tape);
  EXPECT_EQ(answers.receive("ab"), 0u);
  EXPECT_FALSE(answers.receive("x"));
}

TEST(TapeAnswers, KeepsItsPlaceOverWhatIsSkipped) {
  const Tape tape({"abc", "d"});
  TapeAnswers answers(tape);
  EXPECT_EQ(answers.receive("a"), 0u);
  EXPECT_EQ(answers.skip(4), 2u);
  EXPECT_EQ(answers.receive("bc"), 1u);
  EXPECT_FALSE(answers.receive("a"));
}

TEST(CompressedAnswers, AcceptsTheMessagesInTheirOrder) {
  auto answers = inflating();
  const std::string stream =
      compressed_frame('\xc1', two_payloads[0]) + compressed_frame('\xc1', two_payloads[1]);
  EXPECT_EQ(answers.receive(stream + stream), 4u);
}

TEST(CompressedAnswers, AcceptsThemByteByByte) {
  auto answers = inflating();
  std::size_t completed = 0;
  for (const char byte : compressed_frame('\xc1', two_payloads[0])) completed += *answers.receive({&byte, 1});
  EXPECT_EQ(completed, 1u);
}

TEST(CompressedAnswers, AcceptsFragments) {
  auto answers = inflating();
  const std::string compressed = deflate_message(two_payloads[0]);
  const std::string rest = compressed.substr(1);
  const std::string stream =
      std::string("\x41\x01") + compressed[0] + "\x80" + static_cast<char>(rest.size()) + rest;
  EXPECT_EQ(answers.receive(stream), 1u);
}

TEST(CompressedAnswers, NoticesAnotherMessage) {
  auto answers = inflating();
  EXPECT_FALSE(answers.receive(compressed_frame('\xc1', two_payloads[1])));
}

TEST(CompressedAnswers, NoticesWhatIsNotCompressed) {
  CompressedAnswers answers(two_payloads, std::nullopt);
  EXPECT_FALSE(answers.receive("\x81\x01x"));
}

TEST(CompressedAnswers, NoticesBytesThatAreNoDeflate) {
  auto answers = inflating();
  EXPECT_FALSE(answers.receive("\xc1\x04\xff\xff\xff\xff"));
}

}  // namespace
}  // namespace duplex::bench
