#include "transport/socket/resolver.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace duplex::transport {

/// One question on its way from the loop thread to a resolver thread and back.
struct Resolver::Inquiry {
  Endpoint endpoint;
  std::atomic<bool> is_withdrawn = false;
  Addresses addresses = Error();                 // written by the resolver thread before it posts
  std::function<void(const Addresses&)> answer;  // loop thread only
};

struct Resolver::Shared {
  LookUp look_up;
  std::mutex mutex;
  Post post;  // all below are guarded by mutex; empty once the resolver is gone
  std::deque<std::shared_ptr<Inquiry>> waiting;
  std::size_t thread_count = 0;

  /// The next question, or null when the calling thread has to end.
  std::shared_ptr<Inquiry> take() {
    const std::lock_guard lock(mutex);
    if (waiting.empty()) {
      --thread_count;
      return nullptr;
    }
    auto inquiry = std::move(waiting.front());
    waiting.pop_front();
    return inquiry;
  }

  /// Under the mutex, so that the loop cannot go away during the call.
  void post_answer(std::shared_ptr<Inquiry> inquiry) {
    const std::lock_guard lock(mutex);
    if (!post) return;
    post([inquiry = std::move(inquiry)] {
      if (!inquiry->is_withdrawn) std::exchange(inquiry->answer, nullptr)(inquiry->addresses);
    });
  }
};

class Resolver::Ticket final : public Resolver::Question {
 public:
  explicit Ticket(std::shared_ptr<Inquiry> inquiry) : inquiry_(std::move(inquiry)) {}
  ~Ticket() override { inquiry_->is_withdrawn = true; }

 private:
  std::shared_ptr<Inquiry> inquiry_;  // shared with the thread that resolves
};

Resolver::Resolver(Post post, LookUp look_up) : shared_(std::make_shared<Shared>()) {
  shared_->post = std::move(post);
  shared_->look_up = std::move(look_up);
}

Resolver::~Resolver() {
  const std::lock_guard lock(shared_->mutex);
  shared_->post = nullptr;
  shared_->waiting.clear();
}

std::unique_ptr<Resolver::Question> Resolver::ask(const Endpoint& endpoint,
                                                  std::function<void(const Addresses&)> answer) {
  auto inquiry = std::make_shared<Inquiry>();
  inquiry->endpoint = endpoint;
  inquiry->answer = std::move(answer);
  const std::lock_guard lock(shared_->mutex);
  shared_->waiting.push_back(inquiry);
  if (shared_->thread_count < threads_max) start_thread();
  return std::make_unique<Ticket>(std::move(inquiry));
}

void Resolver::start_thread() {
  try {
    std::thread(serve, shared_).detach();
    ++shared_->thread_count;
  } catch (const std::system_error& error) {
    if (shared_->thread_count > 0) return;  // the others will come to it
    auto inquiry = std::move(shared_->waiting.back());
    shared_->waiting.pop_back();
    shared_->post([inquiry, text = std::string(error.what())] {
      if (!inquiry->is_withdrawn)
        inquiry->answer(Error(ErrorKind::environment, "no thread to resolve: " + text));
    });
  }
}

void Resolver::serve(const std::shared_ptr<Shared>& shared) {
  while (auto inquiry = shared->take()) {
    if (inquiry->is_withdrawn) continue;
    inquiry->addresses = shared->look_up(inquiry->endpoint);
    shared->post_answer(std::move(inquiry));
  }
}

}  // namespace duplex::transport
