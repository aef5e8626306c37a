// The writer's order and failures, with changes that stop, fail and are counted where the test wants it.
#include "chat/store/sqlite/writer.hpp"

#include <gmock/gmock.h>

#include <future>

#include "chat/store/sqlite/schema.hpp"
#include "chat/store/store_for_tests.hpp"

namespace duplex::chat::testing {
namespace {

using ::testing::ElementsAre;

// A change that waits inside its transaction until the test lets it go on.
struct Pause {
  std::promise<void> reached;
  std::promise<void> released;
};

class WriterTest : public ::testing::Test {
 protected:
  WriterTest() {
    auto locked = LockedFolder::open(folder.data()).value();
    auto database = std::make_unique<Database>(locked, Access::read_write);
    EXPECT_TRUE(prepare_database(*database, seeded_random(1)));
    auto tables = std::make_unique<SqliteTables>(std::move(database));
    create_lobby(*tables);
    WriterOptions options{loop.post(), [this](const std::string& line) { reports.push_back(line); }, 3};
    writer = std::make_unique<Writer>(std::move(tables), std::move(options));
    writer->listen([this](const Event& event) { fed.push_back(event.seq); });
  }

  // Notes "NAME" when it was applied and answered, "NAME refused" when it was refused.
  Change change(
      const std::string& name, std::function<void(Ledger&)> body = [](Ledger&) {}) {
    return {[this, name, body = std::move(body)](Ledger& ledger) -> Answer {
              body(ledger);
              auto events = ledger.take_events();
              return [this, name, events](const EventSink& sink) {
                for (const Event& event : events) sink(event);
                answers.push_back(name);
              };
            },
            [this, name](const Error& error) -> Answer {
              EXPECT_EQ(error.code, ErrorCode::unavailable);
              return [this, name](const EventSink&) { answers.push_back(name + " refused"); };
            }};
  }

  // Keeps the writer inside a batch of one, so that what is submitted meanwhile waits in the queue.
  void submit_pause(
      Pause& pause, std::function<void()> then = [] {}) {
    writer->submit(change("pause", [&pause, then = std::move(then)](Ledger&) {
      pause.reached.set_value();
      pause.released.get_future().wait();
      then();
    }));
    pause.reached.get_future().wait();
  }

  void wait_for_answers(std::size_t count) {
    ASSERT_TRUE(loop.run_until([&] { return answers.size() >= count; }));
  }

  TestLoop loop;
  TemporaryFolder folder;
  std::vector<std::string> answers;
  std::vector<std::string> reports;
  std::vector<Seq> fed;
  std::unique_ptr<Writer> writer;
};

[[noreturn]] void break_the_disk() { throw StorageFailure("the disk is broken"); }

CreateGuest guest() { return {*UserId::parse("ada"), name("Ada"), hash_token("ada"), 1}; }
AppendEvent message() {
  return {lobby(), {*UserId::parse("ada"), "Ada"}, cid(1), EventKind::message, "hello", std::nullopt, 1};
}

TEST_F(WriterTest, TakesEverythingThatWaitsAsOneBatchAndAnswersItAtOnce) {
  Pause pause;
  submit_pause(pause);
  for (const char* name : {"a", "b", "c"}) writer->submit(change(name));
  pause.released.set_value();
  wait_for_answers(4);
  EXPECT_THAT(answers, ElementsAre("pause", "a", "b", "c"));
  EXPECT_EQ(loop.functions_run, 2u);
}

TEST_F(WriterTest, RefusesWhatQueuedUpBehindAFailedBatch) {
  Pause pause;
  submit_pause(pause, break_the_disk);
  writer->submit(change("behind"));
  pause.released.set_value();
  wait_for_answers(2);
  EXPECT_THAT(answers, ElementsAre("pause refused", "behind refused"));
}

TEST_F(WriterTest, RefusesWhatIsSubmittedBeforeAFailureIsHeard) {
  Pause pause;
  submit_pause(pause);
  for (const char* name : {"a", "b", "c", "surplus"}) writer->submit(change(name));
  pause.released.set_value();
  // The refusal with its own announcement, the paused batch, and the batch of the three: the queue is empty
  // again.
  ASSERT_TRUE(loop.wait_for_posted(4));
  writer->submit(change("unheard"));
  wait_for_answers(6);
  EXPECT_THAT(answers, ElementsAre("surplus refused", "pause", "a", "b", "c", "unheard refused"));
  writer->submit(change("heard"));
  wait_for_answers(7);
  EXPECT_EQ(answers.back(), "heard");
}

TEST_F(WriterTest, UndoesAFailedBatchAndFeedsNothingOfIt) {
  writer->submit(change("failing", [](Ledger& ledger) {
    EXPECT_TRUE(ledger.apply(guest()));
    EXPECT_TRUE(ledger.apply(message()));
    break_the_disk();
  }));
  ASSERT_TRUE(loop.run_until([&] { return !reports.empty(); }));
  EXPECT_THAT(fed, ElementsAre());
  writer->submit(change("working", [](Ledger& ledger) {
    EXPECT_TRUE(ledger.apply(guest()));
    EXPECT_FALSE(ledger.apply(message())->duplicate);
  }));
  wait_for_answers(2);
  EXPECT_THAT(answers, ElementsAre("failing refused", "working"));
  EXPECT_THAT(fed, ElementsAre(1));
  EXPECT_THAT(reports, ElementsAre("the chat's database cannot be written: the disk is broken"));
}

}  // namespace
}  // namespace duplex::chat::testing
