#include "chat/store/sqlite/writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace duplex::chat {
namespace {

Error busy() { return {ErrorCode::unavailable, "the store is busy"}; }
Error cannot_write() { return {ErrorCode::unavailable, "the store cannot write"}; }

}  // namespace

Writer::Writer(std::unique_ptr<SqliteTables> tables, WriterOptions options)
    : tables_(std::move(tables)),
      ledger_(*tables_),
      options_(std::move(options)),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Writer::listen(EventSink sink) { loop_->sink = std::move(sink); }

void Writer::submit(Change change) {
  const std::lock_guard lock(mutex_);
  if (failures_ > loop_->failures_heard) {
    post_answers({change.refuse(cannot_write())});
  } else if (queue_.size() >= options_.queue_requests_max) {
    post_failure({change.refuse(busy())});
  } else {
    queue_.push_back(std::move(change));
    wake_.notify_one();
  }
}

void Writer::run() {
  for (Batch batch = wait_for_batch(); !batch.empty(); batch = wait_for_batch()) write(std::move(batch));
}

Writer::Batch Writer::wait_for_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
  return std::exchange(queue_, {});
}

void Writer::write(Batch batch) {
  try {
    Answers answers = apply(batch);
    const std::lock_guard lock(mutex_);
    post_answers(std::move(answers));
  } catch (const StorageFailure& failure) {
    tables_->database().rollback();
    ledger_.take_events();
    fail(std::move(batch), failure.what());
  }
}

Writer::Answers Writer::apply(const Batch& batch) {
  Answers answers;
  answers.reserve(batch.size());
  tables_->database().begin();
  for (const Change& change : batch) answers.push_back(change.apply(ledger_));
  tables_->database().commit();
  return answers;
}

void Writer::fail(Batch batch, const std::string& cause) {
  const std::lock_guard lock(mutex_);
  // What queued up behind the failed batch was sent in the belief that the batch would be stored.
  std::move(queue_.begin(), queue_.end(), std::back_inserter(batch));
  queue_.clear();
  Answers answers;
  for (const Change& change : batch) answers.push_back(change.refuse(cannot_write()));
  post_failure(std::move(answers));
  if (options_.report)
    options_.post(
        [report = options_.report, cause] { report("the chat's database cannot be written: " + cause); });
}

void Writer::post_answers(Answers answers) {
  options_.post([loop = loop_, answers = std::move(answers)] {
    for (const Answer& answer : answers) answer(loop->sink);
  });
}

void Writer::post_failure(Answers answers) {
  const std::uint64_t failure = ++failures_;
  post_answers(std::move(answers));
  options_.post([loop = loop_, failure] { loop->failures_heard = std::max(loop->failures_heard, failure); });
}

}  // namespace duplex::chat
