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
  Inquiry(Endpoint asked, ResolveListener& asking) : endpoint(std::move(asked)), listener(asking) {}
  /// Loop thread.
  void answer();

  const Endpoint endpoint;
  ResolveListener& listener;                               // loop thread only
  std::atomic<bool> is_withdrawn = false;                  // then the listener may be gone
  Result<std::vector<SocketAddress>> addresses = Error();  // written before it is posted
};

void Resolver::Inquiry::answer() {
  if (is_withdrawn) return;
  if (!addresses) {
    const std::string text = "cannot resolve " + endpoint.host + ": " + addresses.error().message;
    return listener.handle_resolve_failed(Error(ErrorKind::environment, text));
  }
  std::vector<Endpoint> endpoints;
  for (const SocketAddress& address : *addresses) endpoints.push_back(address.endpoint());
  listener.handle_resolved(std::move(endpoints));
}

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
    if (post) post([inquiry = std::move(inquiry)] { inquiry->answer(); });
  }
};

class Resolver::Ticket final : public Resolving {
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

std::unique_ptr<Resolving> Resolver::resolve(const Endpoint& endpoint, ResolveListener& listener) {
  auto inquiry = std::make_shared<Inquiry>(endpoint, listener);
  if (const auto address = numeric_address(endpoint)) {
    inquiry->addresses = std::vector{*address};
    shared_->post_answer(inquiry);
  } else {
    const std::lock_guard lock(shared_->mutex);
    shared_->waiting.push_back(inquiry);
    if (shared_->thread_count < threads_max) start_thread();
  }
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
    inquiry->addresses = Error(ErrorKind::environment, std::string("no thread for it: ") + error.what());
    shared_->post([inquiry = std::move(inquiry)] { inquiry->answer(); });
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
