// A change on its way to a store's tables and back: what has to be done, and the answer that goes to the
// loop.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "chat/domain/ledger.hpp"
#include "chat/domain/store.hpp"

namespace duplex::chat {

// Runs on the loop thread: feeds the events of the change to the sink, then calls the `done` of its request.
using Answer = std::function<void(const EventSink&)>;

// Exactly one of the two functions is called, once.
struct Change {
  std::function<Answer(Ledger&)> apply;
  std::function<Answer(Error)> refuse;
};

// Takes changes in their order. The answers are posted in the same order, those of one transaction as one
// function.
class ChangeQueue {
 public:
  virtual ~ChangeQueue() = default;
  ChangeQueue() = default;
  ChangeQueue(const ChangeQueue&) = delete;
  ChangeQueue& operator=(const ChangeQueue&) = delete;

  virtual void listen(EventSink sink) = 0;
  virtual void submit(Change change) = 0;
};

template<class T>
Answer make_answer(Done<T> done, Result<T> result, std::vector<Event> events = {}) {
  return [done = std::move(done), result = std::move(result),
          events = std::move(events)](const EventSink& sink) {
    for (const Event& event : events) sink(event);
    done(result);
  };
}

template<class Request, class T>
Change make_change(Request request, Done<T> done) {
  Change change;
  change.refuse = [done](Error error) { return make_answer<T>(done, std::move(error)); };
  change.apply = [request = std::move(request), done = std::move(done)](Ledger& ledger) {
    Result<T> result = ledger.apply(request);
    return make_answer<T>(done, std::move(result), ledger.take_events());
  };
  return change;
}

}  // namespace duplex::chat
