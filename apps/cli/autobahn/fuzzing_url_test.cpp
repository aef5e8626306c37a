#include "fuzzing_url.hpp"

#include <gtest/gtest.h>

namespace duplex::cli {
namespace {

TEST(FuzzingUrl, NamesTheThreeQuestions) {
  const FuzzingUrl url("ws://127.0.0.1:9001");
  EXPECT_EQ(url.case_count(), "ws://127.0.0.1:9001/getCaseCount");
  EXPECT_EQ(url.case_run(17, "Duplex"), "ws://127.0.0.1:9001/runCase?case=17&agent=Duplex");
  EXPECT_EQ(url.report("Duplex"), "ws://127.0.0.1:9001/updateReports?agent=Duplex");
}

TEST(FuzzingUrl, TakesTheServerWithAFinalSlash) {
  EXPECT_EQ(FuzzingUrl("ws://host/").case_count(), "ws://host/getCaseCount");
}

TEST(FuzzingUrl, KeepsNamesOfAgentsInTheirParameter) {
  EXPECT_EQ(FuzzingUrl("ws://host").report("a b&case=2/\xC3\xA9~"),
            "ws://host/updateReports?agent=a%20b%26case%3D2%2F%C3%A9~");
}

}  // namespace
}  // namespace duplex::cli
