#include "chat/store/memory/memory_store.hpp"

#include <utility>

#include "chat/store/ledger_store.hpp"
#include "chat/store/memory/memory_tables.hpp"

namespace duplex::chat {
namespace {

// Nothing is slow here, so a change is applied at once. Its answer is posted all the same, because a caller
// may rely on not being called back inside its call.
class ImmediateQueue final : public ChangeQueue {
 public:
  ImmediateQueue(Tables& tables, Post post) : ledger_(tables), post_(std::move(post)) {}

  void listen(EventSink sink) override { *sink_ = std::move(sink); }

  void submit(Change change) override {
    post_([answer = change.apply(ledger_), sink = sink_] { answer(*sink); });
  }

 private:
  Ledger ledger_;
  Post post_;
  // Shared with the answers, which may run after the store is gone.
  std::shared_ptr<EventSink> sink_ = std::make_shared<EventSink>([](const Event&) {});
};

}  // namespace

std::unique_ptr<Store> make_memory_store(MemoryStoreOptions options) {
  auto tables = std::make_unique<MemoryTables>();
  create_lobby(*tables);
  auto queue = std::make_unique<ImmediateQueue>(*tables, std::move(options.post));
  return std::make_unique<LedgerStore>(make_epoch(options.random), std::move(tables), std::move(queue));
}

}  // namespace duplex::chat
