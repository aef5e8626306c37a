// The coroutine type of sessions and of the functions that they await.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace duplex {

template<class T>
class TaskOf;

/// A session, or a part of one: `duplex::Task chat(duplex::Connection& peer)`.
using Task = TaskOf<void>;

/// Learns that a started task has ended; `error` is what it threw, if it did. The task is suspended for good
/// then and may be destroyed, though not from within this call.
class TaskListener {
 public:
  virtual void handle_task_end(std::exception_ptr error) = 0;

 protected:
  ~TaskListener() = default;
};

namespace detail {

struct TaskPromiseBase {
  std::coroutine_handle<> awaiting;
  TaskListener* listener = nullptr;
  std::exception_ptr error;

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template<class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      TaskPromiseBase& promise = ended.promise();
      if (promise.awaiting) return promise.awaiting;
      if (promise.listener != nullptr) promise.listener->handle_task_end(promise.error);
      return std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }
};

template<class T>
struct TaskPromise : TaskPromiseBase {
  std::optional<T> value;
  TaskOf<T> get_return_object();
  void return_value(T result) { value.emplace(std::move(result)); }
  T take() { return std::move(*value); }
};

template<>
struct TaskPromise<void> : TaskPromiseBase {
  TaskOf<void> get_return_object();
  void return_void() const noexcept {}
  void take() const noexcept {}
};

}  // namespace detail

/// A lazily started coroutine with a result. `co_await` it from another task, or hand it to the library,
/// which starts it. Destroying a task that is suspended destroys its locals. Confined to one thread at a
/// time.
template<class T>
class [[nodiscard]] TaskOf {
 public:
  using promise_type = detail::TaskPromise<T>;

  TaskOf() = default;
  explicit TaskOf(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
  TaskOf(TaskOf&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  TaskOf& operator=(TaskOf&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  TaskOf(const TaskOf&) = delete;
  TaskOf& operator=(const TaskOf&) = delete;
  ~TaskOf() {
    if (coroutine_) coroutine_.destroy();
  }

  explicit operator bool() const { return coroutine_ != nullptr; }

  /// Runs until the first suspension; `listener` hears of the end and must outlive the task.
  void start(TaskListener& listener) {
    coroutine_.promise().listener = &listener;
    coroutine_.resume();
  }

  auto operator co_await() && noexcept {
    struct Awaiter {
      std::coroutine_handle<promise_type> awaited;
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) const noexcept {
        awaited.promise().awaiting = awaiting;
        return awaited;
      }
      T await_resume() const {
        if (awaited.promise().error) std::rethrow_exception(awaited.promise().error);
        return awaited.promise().take();
      }
    };
    return Awaiter{coroutine_};
  }

 private:
  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template<class T>
TaskOf<T> TaskPromise<T>::get_return_object() {
  return TaskOf<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(*this));
}
inline TaskOf<void> TaskPromise<void>::get_return_object() {
  return TaskOf<void>(std::coroutine_handle<TaskPromise<void>>::from_promise(*this));
}

}  // namespace detail
}  // namespace duplex
