#include "traces.hpp"

#include <gtest/gtest.h>

namespace duplex::bench {
namespace {

TEST(Traces, AreAnsweredByWhatWasSent) {
  for (const Trace& trace : all_traces()) {
    SCOPED_TRACE(trace.name);
    Conversation conversation(trace);
    for (int round = 0; round < 200; ++round) ASSERT_TRUE(conversation.run_once()) << "in round " << round;
  }
}

TEST(Traces, AnswerWhatIsInARead) {
  Protocol server = Protocol::server(Limits{});
  std::string read("\x81\x81\0\0\0\0a", 7);
  serve_read(server, std::as_writable_bytes(std::span(read)));
  EXPECT_EQ(as_text(server.output().bytes()),
            "\x81\x01"
            "a");
}

}  // namespace
}  // namespace duplex::bench
