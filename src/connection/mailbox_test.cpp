#include "connection/mailbox.hpp"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "connection/connection_fixture.hpp"

namespace duplex::connection {
namespace {

class MailboxTest : public ConnectionTest {
 protected:
  /// Does it on another thread, to the end.
  template<class Work>
  static void elsewhere(Work work) {
    std::thread(work).join();
  }
};

TEST_F(MailboxTest, on_its_own_thread_a_handle_acts_at_once) {
  const Handle handle = roster->handle_of(open(terms_of(std::make_shared<Silent>())));
  EXPECT_EQ(handle.send("a"), SendVerdict::sent);
  EXPECT_EQ(handle.send("\xff"), SendVerdict::invalid);
  EXPECT_EQ(handle.close(CloseCode{1005}), SendVerdict::sent);
  EXPECT_EQ(handle.send("b"), SendVerdict::closed);
  loop->settle();
  EXPECT_EQ(far_ends[0]->heard, std::string("\x81\x01") + "a" + std::string("\x88\x00", 2));
}

TEST_F(MailboxTest, from_elsewhere_everything_comes_in_the_order_of_the_calls) {
  const Handle handle = roster->handle_of(open(terms_of(std::make_shared<Silent>())));
  elsewhere([&] {
    EXPECT_EQ(handle.send("a"), SendVerdict::queued);
    EXPECT_EQ(handle.send_binary(as_bytes("b")), SendVerdict::queued);
    EXPECT_EQ(handle.close(CloseCode{4000}, "c"), SendVerdict::queued);
    EXPECT_EQ(handle.send("d"), SendVerdict::queued);  // closed by then, which only its own thread can know
  });
  EXPECT_EQ(far_ends[0]->heard, "");
  loop->settle();
  EXPECT_EQ(far_ends[0]->heard,
            "\x81\x01"
            "a\x82\x01"
            "b\x88\x03\x0f\xa0"
            "c");
}

TEST_F(MailboxTest, beyond_its_bound_letters_are_dropped_and_say_so) {
  const Handle handle = roster->handle_of(open(terms_of(std::make_shared<Silent>())));
  const std::string large(4'000, 'x');
  elsewhere([&] {
    EXPECT_EQ(handle.send(std::string(mailbox_bytes_max, 'x')), SendVerdict::dropped);
    EXPECT_EQ(handle.send(large), SendVerdict::queued);
    EXPECT_EQ(handle.send(large), SendVerdict::queued);
    EXPECT_EQ(handle.send(large), SendVerdict::dropped);
  });
  loop->settle();
  EXPECT_EQ(far_ends[0]->heard.size(), 2 * (large.size() + 4));
  elsewhere([&] { EXPECT_EQ(handle.send(large), SendVerdict::queued); });  // there is room again
}

TEST_F(MailboxTest, letters_without_payload_count_too) {
  const Handle handle = roster->handle_of(open(terms_of(std::make_shared<Silent>())));
  elsewhere([&] {
    std::size_t queued = 0;
    while (queued < mailbox_bytes_max && handle.send("") == SendVerdict::queued) ++queued;
    EXPECT_LT(queued, mailbox_bytes_max / 40);
  });
}

// From another thread, text that can never be sent was `queued`, and then lost without a word.
TEST_F(MailboxTest, what_can_never_be_sent_is_invalid_on_every_thread) {
  const Handle handle = roster->handle_of(open(terms_of(std::make_shared<Silent>())));
  elsewhere([&] {
    EXPECT_EQ(handle.send("\xff"), SendVerdict::invalid);
    EXPECT_EQ(handle.close(CloseCode{1006}), SendVerdict::invalid);
    EXPECT_EQ(handle.close(CloseCode{4000}, "\xff"), SendVerdict::invalid);
    EXPECT_EQ(handle.send_binary(as_bytes("\xff")), SendVerdict::queued);
    EXPECT_EQ(handle.close(CloseCode::no_status), SendVerdict::queued);
  });
}

TEST_F(MailboxTest, after_the_roster_everything_is_closed_and_waiting_letters_are_gone) {
  const Handle handle = roster->handle_of(open(terms_of(std::make_shared<Silent>())));
  elsewhere([&] { EXPECT_EQ(handle.send("late"), SendVerdict::queued); });
  roster.reset();
  EXPECT_EQ(handle.send("here"), SendVerdict::closed);
  elsewhere([&] { EXPECT_EQ(handle.send("there"), SendVerdict::closed); });
  loop->settle();
  EXPECT_EQ(far_ends[0]->heard, "");
}

// A thread that was just sending when the server ended could meet a loop that was already gone.
TEST_F(MailboxTest, whoever_sends_while_the_roster_goes_is_answered_to_the_end) {
  const Handle handle = roster->handle_of(open(terms_of(std::make_shared<Silent>())));
  std::vector<std::thread> senders;
  std::atomic<int> sending = 0;
  for (int sender = 0; sender < 3; ++sender) {
    senders.emplace_back([&] {
      while (handle.send("x") != SendVerdict::closed) sending.store(1);
    });
  }
  while (sending.load() == 0) std::this_thread::yield();
  roster.reset();
  for (std::thread& sender : senders) sender.join();
  loop->settle();  // what was posted to it refers to nobody
  EXPECT_EQ(handle.send("late"), SendVerdict::closed);
}

TEST_F(MailboxTest, a_burst_of_several_threads_wakes_the_loop_once_and_a_handle_keeps_no_loop_alive) {
  const Handle handle = roster->handle_of(open(terms_of(std::make_shared<Silent>())));
  elsewhere([&] {
    for (int count = 0; count < 10; ++count) EXPECT_EQ(handle.send("x"), SendVerdict::queued);
  });
  const int writes_before = far_ends[0]->writes;
  EXPECT_TRUE(loop->run_once(std::chrono::milliseconds(0)));
  EXPECT_EQ(far_ends[0]->writes, writes_before + 1);
  const long owners = loop.use_count();
  roster.reset();
  EXPECT_LT(loop.use_count(), owners);
  EXPECT_EQ(loop.use_count(), 1);
}

}  // namespace
}  // namespace duplex::connection
