#include "transport/socket/resolver.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "transport/endpoint.hpp"
#include "transport/loop_test_support.hpp"

namespace duplex::transport {
namespace {

/// A name service whose answers wait until they are let go.
class SlowNames {
 public:
  Result<std::vector<SocketAddress>> look_up(const Endpoint& endpoint) {
    const int asking = ++asking_;
    int most = most_asking_;
    while (asking > most && !most_asking_.compare_exchange_weak(most, asking)) {
    }
    released_.wait();
    --asking_;
    if (endpoint.host == "nobody") return Error(ErrorKind::environment, "no such host");
    return std::vector<SocketAddress>{*numeric_address({"127.0.0.1", endpoint.port})};
  }
  void release() { release_.set_value(); }
  int asking() const { return asking_; }
  int most_asking() const { return most_asking_; }

 private:
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
  std::atomic<int> asking_ = 0;
  std::atomic<int> most_asking_ = 0;
};

class ResolverTest : public ::testing::Test, private ResolveListener {
 protected:
  std::unique_ptr<Resolver> make() {
    return std::make_unique<Resolver>([this](std::function<void()> work) { loop->post(std::move(work)); },
                                      [names = names](const Endpoint& host) { return names->look_up(host); });
  }
  std::unique_ptr<Resolving> ask(Resolver& resolver, const std::string& host, std::uint16_t port) {
    return resolver.resolve({host, port}, *this);
  }
  void handle_resolved(std::vector<Endpoint> addresses) override {
    answers.push_back(endpoint_text(addresses.front()));
  }
  void handle_resolve_failed(const Error& error) override { answers.push_back(error.message); }

  std::shared_ptr<Loop> loop = std::move(*make_epoll_loop());
  std::shared_ptr<SlowNames> names =
      std::make_shared<SlowNames>();  // shared with threads that may outlive us
  std::vector<std::string> answers;
};

TEST_F(ResolverTest, AnAnswerComesOnTheLoop) {
  auto resolver = make();
  const auto question = ask(*resolver, "somebody", 80);
  names->release();
  ASSERT_TRUE(testing::turn_until(*loop, [&] { return !answers.empty(); }));
  EXPECT_EQ(answers.front(), "127.0.0.1:80");
}

TEST_F(ResolverTest, AFailureIsAnAnswerToo) {
  auto resolver = make();
  const auto question = ask(*resolver, "nobody", 80);
  names->release();
  ASSERT_TRUE(testing::turn_until(*loop, [&] { return !answers.empty(); }));
  EXPECT_EQ(answers.front(), "cannot resolve nobody: no such host");
}

TEST_F(ResolverTest, AnAddressDoesNotWaitForTheThreads) {
  auto resolver = make();
  std::vector<std::unique_ptr<Resolving>> questions;
  for (std::uint16_t port = 1; port <= 10; ++port) questions.push_back(ask(*resolver, "somebody", port));
  questions.push_back(ask(*resolver, "::1", 80));
  EXPECT_TRUE(testing::turn_until(*loop, [&] { return !answers.empty(); }));
  EXPECT_EQ(answers, std::vector<std::string>{"[::1]:80"});
  names->release();
}

TEST_F(ResolverTest, AWithdrawnQuestionHasNoAnswer) {
  auto resolver = make();
  auto withdrawn = ask(*resolver, "somebody", 1);
  ASSERT_TRUE(testing::turn_until(*loop, [&] { return names->asking() == 1; }));
  withdrawn.reset();
  const auto question = ask(*resolver, "somebody", 2);
  names->release();
  ASSERT_TRUE(testing::turn_until(*loop, [&] { return !answers.empty(); }));
  resolver.reset();
  while (loop->run_once(std::chrono::milliseconds(0))) {
  }
  EXPECT_EQ(answers, std::vector<std::string>{"127.0.0.1:2"});
}

TEST_F(ResolverTest, ManyQuestionsShareFewThreads) {
  auto resolver = make();
  std::vector<std::unique_ptr<Resolving>> questions;
  for (std::uint16_t port = 1; port <= 50; ++port) questions.push_back(ask(*resolver, "somebody", port));
  names->release();
  ASSERT_TRUE(testing::turn_until(*loop, [&] { return answers.size() == 50; }));
  EXPECT_LE(names->most_asking(), static_cast<int>(Resolver::threads_max));
}

TEST_F(ResolverTest, DestroyingItDoesNotWaitForAHostThatDoesNotAnswer) {
  auto resolver = make();
  auto question = ask(*resolver, "somebody", 1);
  ASSERT_TRUE(testing::turn_until(*loop, [&] { return names->asking() == 1; }));
  question.reset();
  resolver.reset();
  names->release();  // only now: the thread finds nobody to answer
  EXPECT_TRUE(answers.empty());
}

}  // namespace
}  // namespace duplex::transport
