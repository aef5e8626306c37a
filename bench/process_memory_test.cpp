#include "process_memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace duplex::bench {
namespace {

TEST(ProcessMemory, IsTheProportionalSetSize) {
  EXPECT_EQ(
      parse_proportional_bytes("00400000-7ffc [rollup]\nRss:    3000 kB\nPss:    1234 kB\nPss_Anon: 5 kB\n"),
      1234u * 1024);
}

TEST(ProcessMemory, IsNothingWhereItIsNotSaid) {
  EXPECT_FALSE(parse_proportional_bytes(""));
  EXPECT_FALSE(parse_proportional_bytes("x\nPss:"));
}

TEST(ProcessMemory, OfThisProcessIsSomething) { EXPECT_GT(private_bytes_of(getpid()), 4096u); }

TEST(MachineMemory, IsReadFromTheKernelsReport) {
  const MachineMemory memory = parse_machine_memory(
      "MemTotal:  100 kB\nMemAvailable:   50 kB\nSlab:  7 kB\nKernelStack: 2 kB\nPageTables:  1 kB\n");
  EXPECT_EQ(memory.available_bytes, 50u * 1024);
  EXPECT_EQ(memory.kernel_bytes, 10u * 1024);
}

}  // namespace
}  // namespace duplex::bench
