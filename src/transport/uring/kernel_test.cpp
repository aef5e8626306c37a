#include "transport/uring/kernel.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace duplex::transport::kernel {
namespace {

Answers everything() {
  Answers answers;
  answers.has_timeouts = answers.has_silence = answers.has_operations = true;
  answers.has_incremental_buffers = true;
  return answers;
}

TEST(Kernel, NothingIsMissingWhereEverythingIsThere) { EXPECT_EQ(missing(everything()), std::nullopt); }

TEST(Kernel, AForbiddenRingIsNamedAsSuch) {
  Answers answers;
  answers.ring_error = EPERM;
  EXPECT_EQ(missing(answers),
            "io_uring is forbidden here (a container's rules, or kernel.io_uring_disabled)");
  answers.ring_error = ENOSYS;
  EXPECT_EQ(missing(answers), "the kernel has no io_uring");
}

TEST(Kernel, AnOldKernelIsToldWhatALaterOneCan) {
  Answers answers;
  answers.ring_error = EINVAL;
  EXPECT_EQ(missing(answers), "the kernel cannot defer work to the loop's thread (Linux 6.1 can)");
  answers = everything();
  answers.has_timeouts = false;
  EXPECT_EQ(missing(answers), "the kernel cannot wait for a limited time (Linux 5.11 can)");
  answers = everything();
  answers.has_silence = false;
  EXPECT_EQ(missing(answers), "the kernel cannot leave out completions (Linux 5.17 can)");
  answers = everything();
  answers.has_operations = false;
  EXPECT_EQ(missing(answers), "the kernel lacks an operation that we need (Linux 6.0 has all)");
}

TEST(Kernel, AnythingElseIsToldInTheSystemsWords) {
  Answers answers;
  answers.ring_error = ENOMEM;
  EXPECT_EQ(missing(answers), "no ring: Cannot allocate memory");
}

TEST(Kernel, BuffersNeedNotBeIncrementalButHaveToBeThere) {
  Answers answers = everything();
  answers.has_incremental_buffers = false;
  EXPECT_EQ(missing(answers), std::nullopt);
  answers.buffers_error = EINVAL;
  EXPECT_EQ(missing(answers), "no ring of receive buffers: Invalid argument");
}

TEST(Kernel, WhatIsAskedIsAnswered) {
  const Answers answers = ask();
  if (answers.ring_error != 0) GTEST_SKIP() << *missing(answers);
  EXPECT_EQ(missing(answers), std::nullopt);
}

}  // namespace
}  // namespace duplex::transport::kernel
