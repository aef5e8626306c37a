#include "frame_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace duplex::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

std::vector<FrameExcerpt> split_bytewise(const std::string& stream) {
  FrameSplitter splitter;
  std::vector<FrameExcerpt> frames;
  for (const char byte : stream) {
    for (auto& frame : splitter.receive(as_bytes({&byte, 1}))) frames.push_back(std::move(frame));
  }
  return frames;
}

/// The same frames come out however the stream was cut.
std::vector<FrameExcerpt> split(const std::string& stream) {
  FrameSplitter splitter;
  auto frames = splitter.receive(as_bytes(stream));
  const auto bytewise = split_bytewise(stream);
  EXPECT_EQ(bytewise.size(), frames.size());
  for (std::size_t index = 0; index < std::min(frames.size(), bytewise.size()); ++index) {
    EXPECT_EQ(bytewise[index].header, frames[index].header);
    EXPECT_EQ(bytewise[index].payload, frames[index].payload);
  }
  return frames;
}

TEST(FrameSplitter, GivesHeaderAndPayloadOfAMaskedFrame) {
  const auto frames = split(bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
  ASSERT_THAT(frames, SizeIs(1));
  EXPECT_EQ(as_text(frames[0].header), bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d}));
  EXPECT_EQ(as_text(frames[0].payload), bytes({0x7f, 0x9f, 0x4d, 0x51, 0x58}));
  EXPECT_EQ(frames[0].payload_bytes, 5u);
}

TEST(FrameSplitter, GivesEachOfSeveralFrames) {
  const auto frames = split(bytes({0x89, 0x00, 0x81, 0x01, 'a', 0x88, 0x02, 0x03, 0xe8}));
  ASSERT_THAT(frames, SizeIs(3));
  EXPECT_THAT(frames[0].payload, IsEmpty());
  EXPECT_EQ(as_text(frames[1].payload), "a");
  EXPECT_EQ(as_text(frames[2].payload), bytes({0x03, 0xe8}));
}

TEST(FrameSplitter, ReadsA16BitLength) {
  const auto frames = split(bytes({0x82, 0x7e, 0x00, 0x80}) + std::string(128, 'x'));
  ASSERT_THAT(frames, SizeIs(1));
  EXPECT_EQ(as_text(frames[0].payload), std::string(128, 'x'));
}

TEST(FrameSplitter, KeepsTheBeginningOfALargePayloadAndFindsTheNextFrame) {
  const std::string large = bytes({0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0}) + std::string(65'536, 'x');
  const auto frames = split(large + bytes({0x8a, 0x00}));
  ASSERT_THAT(frames, SizeIs(2));
  EXPECT_EQ(as_text(frames[0].payload), std::string(FrameExcerpt::payload_bytes_max, 'x'));
  EXPECT_EQ(frames[0].payload_bytes, 65'536u);
  EXPECT_THAT(frames[1].header, ElementsAre(std::byte{0x8a}, std::byte{0x00}));
}

TEST(FrameSplitter, HoldsBackAFrameThatIsNotThereYet) {
  FrameSplitter splitter;
  EXPECT_THAT(splitter.receive(as_bytes(bytes({0x81, 0x02, 'a'}))), IsEmpty());
  EXPECT_THAT(splitter.receive(as_bytes("b")), SizeIs(1));
}

}  // namespace
}  // namespace duplex::cli
