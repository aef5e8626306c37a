// The one thread that writes: it takes everything that waits, applies it in one transaction, and answers
// after COMMIT.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "chat/store/change.hpp"
#include "chat/store/sqlite/sqlite_tables.hpp"

namespace duplex::chat {

struct WriterOptions {
  Post post;
  std::function<void(const std::string&)> report;
  std::size_t queue_requests_max = 0;
};

// One sync of the disk serves the whole batch (group commit), so the busier the chat, the less each message
// costs, and the loop never waits. The rules are checked before each write, so one refused change does not
// disturb the others of its batch; a failure of the storage fails all of it.
//
// A failure is heard when its answers have run on the loop. Until then everything that is submitted is
// refused as well: the loop may be passing on what an author sent after a message that has just failed.
class Writer final : public ChangeQueue {
 public:
  // The tables are used by the writer's thread alone from then on.
  Writer(std::unique_ptr<SqliteTables> tables, WriterOptions options);

  // Writes what is waiting, posts the answers, ends the thread.
  ~Writer() override;

  void listen(EventSink sink) override;
  void submit(Change change) override;

 private:
  // Touched by the loop thread alone, and kept by the answers, which may run after the writer is gone.
  struct LoopSide {
    EventSink sink = [](const Event&) {};
    std::uint64_t failures_heard = 0;
  };
  using Batch = std::vector<Change>;
  using Answers = std::vector<Answer>;

  void run();
  Batch wait_for_batch();
  void write(Batch batch);
  Answers apply(const Batch& batch);
  void fail(Batch batch, const std::string& cause);

  // The mutex must be held, so that answers are posted in the order of the requests.
  void post_answers(Answers answers);
  void post_failure(Answers answers);

  std::unique_ptr<SqliteTables> tables_;
  Ledger ledger_;
  WriterOptions options_;
  std::shared_ptr<LoopSide> loop_ = std::make_shared<LoopSide>();

  std::mutex mutex_;
  std::condition_variable wake_;
  Batch queue_;
  std::uint64_t failures_ = 0;
  bool is_stopping_ = false;

  std::thread thread_;
};

}  // namespace duplex::chat
