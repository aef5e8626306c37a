// The order of what is written, and how often.
#include "connection/pump.hpp"

#include "connection/connection_fixture.hpp"

namespace duplex::connection {
namespace {

/// A masked text frame with the key 0.
std::string text_frame(std::string_view text) {
  std::string frame = "\x81";
  frame += static_cast<char>(0x80 | text.size());
  return frame.append(4, '\0') + std::string(text);
}

struct Echo : Handler {
  void open(Connection& peer) override { peer.send("open"); }
  void message(Connection& peer, const Message& message) override { peer.send(message); }
};

class PumpTest : public ConnectionTest {};

TEST_F(PumpTest, the_handshake_then_what_open_says_then_answers_to_early_frames_in_one_write) {
  open(terms_of(std::make_shared<Echo>()), "101\r\n", text_frame("a") + text_frame("b"));
  loop->settle();
  EXPECT_EQ(far_ends[0]->heard,
            "101\r\n\x81\x04open\x81\x01"
            "a\x81\x01"
            "b");
  EXPECT_EQ(far_ends[0]->writes, 1);
}

TEST_F(PumpTest, a_large_text_may_go_back_as_it_came_but_not_cut_inside_a_character) {
  struct Cutter : Handler {
    std::vector<SendVerdict> verdicts;
    void message(Connection& peer, const Message& message) override {
      const ConstBytes payload = message.payload();
      verdicts.push_back(peer.send(MessageType::text, payload.first(payload.size() - 1)));
      verdicts.push_back(peer.send(message));
    }
  };
  const auto cutter = std::make_shared<Cutter>();
  open(terms_of(cutter));
  loop->settle();
  std::string text;
  while (text.size() < 20'001) text += "\u20ac";
  const char length[] = {static_cast<char>(text.size() >> 8), static_cast<char>(text.size())};
  far_ends[0]->send("\x81\xFE" + std::string(length, 2) + std::string(4, '\0') + text);
  loop->settle();
  EXPECT_EQ(cutter->verdicts, (std::vector{SendVerdict::invalid, SendVerdict::sent}));
  EXPECT_EQ(far_ends[0]->heard, "\x81\x7E" + std::string(length, 2) + text);
}

TEST_F(PumpTest, all_answers_to_one_read_are_one_write) {
  open(terms_of(std::make_shared<Echo>()));
  loop->settle();
  far_ends[0]->writes = 0;
  std::string many;
  for (int count = 0; count < 100; ++count) many += text_frame("x");
  far_ends[0]->send(many);
  loop->settle();
  EXPECT_EQ(far_ends[0]->heard.size(), 6u + 100 * 3);
  EXPECT_EQ(far_ends[0]->writes, 1);
}

TEST_F(PumpTest, a_coroutine_answers_one_read_with_one_write_too) {
  auto terms = std::make_shared<Terms>();
  terms->session = [](Connection& peer) -> Task {
    while (auto message = co_await peer.receive()) co_await peer.send(*message);
  };
  open(terms);
  far_ends[0]->send(text_frame("a") + text_frame("b") + text_frame("c"));
  loop->settle();
  EXPECT_EQ(far_ends[0]->heard,
            "\x81\x01"
            "a\x81\x01"
            "b\x81\x01"
            "c");
  EXPECT_EQ(far_ends[0]->writes, 1);
}

TEST_F(PumpTest, what_others_send_in_one_turn_is_one_write_for_each_receiver) {
  const auto terms = terms_of(std::make_shared<Silent>());
  const ConnectionId first = open(terms);
  const ConnectionId second = open(terms);
  loop->post([&] {
    for (int count = 0; count < 10; ++count) {
      roster->handle_of(first).send("x");
      roster->handle_of(second).send("y");
    }
  });
  loop->settle();
  for (const auto& end : far_ends) {
    EXPECT_EQ(end->heard.size(), 30u);
    EXPECT_EQ(end->writes, 1);
  }
}

TEST_F(PumpTest, a_ping_answer_and_an_echo_share_a_write_in_order) {
  open(terms_of(std::make_shared<Echo>()));
  loop->settle();
  far_ends[0]->heard.clear();
  far_ends[0]->writes = 0;
  far_ends[0]->send(text_frame("a") + std::string("\x89\x80\0\0\0\0", 6) + text_frame("b"));
  loop->settle();
  EXPECT_EQ(far_ends[0]->heard, std::string("\x81\x01"
                                            "a\x8a\0\x81\x01"
                                            "b",
                                            8));
  EXPECT_EQ(far_ends[0]->writes, 1);
}

}  // namespace
}  // namespace duplex::connection
