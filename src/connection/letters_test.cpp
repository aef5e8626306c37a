#include "connection/letters.hpp"

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace duplex::connection {
namespace {

using Pushed = LetterQueue::Pushed;

constexpr std::size_t roomy_bytes_max = 100'000'000;

std::unique_ptr<Letter> letter_saying(std::string_view text) {
  return Letter::send({1, 2, 3}, MessageType::text, as_bytes(text));
}

std::vector<std::string> drained(LetterQueue& queue) {
  std::vector<std::string> texts;
  queue.drain([&texts](const Letter& letter) { texts.emplace_back(as_text(letter.text())); });
  return texts;
}

TEST(Letters, carry_what_was_asked_for) {
  const auto send = Letter::send({1, 2, 3}, MessageType::text, as_bytes("hello"));
  EXPECT_EQ(send->kind(), Letter::Kind::send);
  EXPECT_EQ(send->id(), (ConnectionId{1, 2, 3}));
  EXPECT_EQ(send->type(), MessageType::text);
  EXPECT_EQ(as_text(send->text()), "hello");
  const auto close = Letter::close({4, 5, 6}, CloseCode{4000}, "bye");
  EXPECT_EQ(close->kind(), Letter::Kind::close);
  EXPECT_EQ(close->code(), CloseCode{4000});
  EXPECT_EQ(as_text(close->text()), "bye");
  const auto frame = std::make_shared<const ByteBuffer>();
  const auto publish =
      Letter::publish(std::make_shared<const Publication>("topic", MessageType::binary, frame, 0));
  EXPECT_EQ(publish->kind(), Letter::Kind::publish);
  EXPECT_EQ(publish->publication().topic(), "topic");
}

TEST(Letters, come_out_in_the_order_of_going_in_and_only_once) {
  LetterQueue queue(roomy_bytes_max);
  EXPECT_TRUE(drained(queue).empty());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(queue.push(letter_saying("a")), Pushed::first);
    EXPECT_EQ(queue.push(letter_saying("b")), Pushed::behind);
    EXPECT_EQ(queue.push(letter_saying("c")), Pushed::behind);
    EXPECT_EQ(drained(queue), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(drained(queue).empty());
  }
}

TEST(Letters, that_would_exceed_the_bound_are_not_taken_and_those_before_them_stay) {
  const std::size_t one = letter_saying("x")->bytes();
  LetterQueue queue(3 * one);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(queue.push(letter_saying("1")), Pushed::first);
    EXPECT_EQ(queue.push(letter_saying("2")), Pushed::behind);
    EXPECT_EQ(queue.push(letter_saying("too much")), Pushed::full);
    EXPECT_EQ(queue.push(letter_saying("3")), Pushed::behind);  // what fits exactly fits
    EXPECT_EQ(queue.push(letter_saying("4")), Pushed::full);
    EXPECT_EQ(drained(queue), (std::vector<std::string>{"1", "2", "3"}));
  }
  EXPECT_EQ(queue.push(letter_saying(std::string(4 * one, 'x'))), Pushed::full);
}

TEST(Letters, count_the_publication_they_refer_to) {
  ByteBuffer frame;
  frame.append(as_bytes(std::string(10'000, 'x')));
  const auto shared = std::make_shared<const ByteBuffer>(std::move(frame));
  const auto publication = std::make_shared<const Publication>("t", MessageType::binary, shared, 9'996);
  LetterQueue queue(15'000);
  EXPECT_EQ(queue.push(Letter::publish(publication)), Pushed::first);
  EXPECT_EQ(queue.push(Letter::publish(publication)), Pushed::full);
  drained(queue);
  EXPECT_EQ(publication.use_count(), 1);
}

TEST(Letters, pushed_while_others_are_delivered_come_next_and_need_a_wake_up) {
  LetterQueue queue(roomy_bytes_max);
  EXPECT_EQ(queue.push(letter_saying("a")), Pushed::first);
  queue.drain([&queue](const Letter&) { EXPECT_EQ(queue.push(letter_saying("b")), Pushed::first); });
  EXPECT_EQ(drained(queue), std::vector<std::string>{"b"});
}

TEST(Letters, that_nobody_reads_are_freed_with_the_queue) {
  const auto frame = std::make_shared<const ByteBuffer>();
  const auto publication = std::make_shared<const Publication>("t", MessageType::binary, frame, 0);
  {
    LetterQueue queue(roomy_bytes_max);
    EXPECT_EQ(queue.push(Letter::publish(publication)), Pushed::first);
    EXPECT_EQ(queue.push(Letter::publish(publication)), Pushed::behind);
  }
  EXPECT_EQ(publication.use_count(), 1);
}

struct Numbered {
  int producer = 0;
  int number = 0;
};

/// Pushes all numbers, again and again where the queue is full; returns how often it was the first.
int push_all(LetterQueue& queue, int producer, int count) {
  int firsts = 0;
  for (int number = 0; number < count;) {
    const Numbered content{producer, number};
    const auto pushed = queue.push(
        Letter::send({}, MessageType::binary, std::as_bytes(std::span<const Numbered>(&content, 1))));
    if (pushed == Pushed::first) ++firsts;
    if (pushed == Pushed::full) {
      std::this_thread::yield();
    } else {
      ++number;
    }
  }
  return firsts;
}

/// Several producers and one reader: nothing is lost, doubled or overtaken, and every burst is announced.
void check_producers(std::size_t bytes_max) {
  constexpr int producers = 4;
  constexpr int letters_each = 2'000;
  LetterQueue queue(bytes_max);
  std::atomic<int> firsts = 0;
  std::vector<std::thread> threads;
  for (int producer = 0; producer < producers; ++producer) {
    threads.emplace_back([&, producer] { firsts += push_all(queue, producer, letters_each); });
  }
  std::vector<int> next(producers, 0);
  int bursts = 0;
  for (int total = 0; total < producers * letters_each;) {
    int burst = 0;
    queue.drain([&](const Letter& letter) {
      Numbered content;
      std::memcpy(&content, letter.text().data(), sizeof content);
      EXPECT_EQ(content.number, next[static_cast<std::size_t>(content.producer)]++);
      ++burst;
    });
    total += burst;
    if (burst > 0) ++bursts;
    if (burst == 0) std::this_thread::yield();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(next, std::vector<int>(producers, letters_each));
  EXPECT_EQ(firsts, bursts);
}

TEST(Letters, of_many_producers_keep_the_order_of_each) { check_producers(roomy_bytes_max); }

TEST(Letters, of_many_producers_keep_the_order_of_each_where_the_queue_is_always_full) {
  check_producers(100 * letter_saying("12345678")->bytes());
}

}  // namespace
}  // namespace duplex::connection
