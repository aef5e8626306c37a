// What a message costs: no memory is allocated for a small one, on either side, once everything is warm.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "world.hpp"

// ThreadSanitizer has operators of its own that cannot be replaced; there is nothing to count there.
#if defined(__SANITIZE_THREAD__)
#define DUPLEX_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define DUPLEX_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef DUPLEX_COUNTS_ALLOCATIONS
#define DUPLEX_COUNTS_ALLOCATIONS 1
#endif

#if DUPLEX_COUNTS_ALLOCATIONS

namespace {

std::atomic<std::size_t> allocations{0};

void* allocate(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

// Buffers grow by realloc(), whose calls the linker brings here.
extern "C" void* __real_realloc(void* memory, std::size_t size);
extern "C" void* __wrap_realloc(void* memory, std::size_t size) {
  ++allocations;
  return __real_realloc(memory, size);
}

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace duplex::testing {
namespace {

/// Says everything again, for ever; two of them keep each other busy.
struct Echo final : Handler {
  void message(Connection& peer, const Message& message) override {
    ++messages;
    is_over ? static_cast<void>(peer.close()) : static_cast<void>(peer.send(message));
  }
  int messages = 0;
  bool is_over = false;
};

struct FirstWord final : Handler {
  void open(Connection& peer) override { peer.send("a word of a few bytes"); }
  void message(Connection& peer, const Message& message) override { peer.send(message); }
};

class Allocations : public World {
 protected:
  /// Allocations while `count` makes 1000 steps, after 1000 others.
  std::size_t of_thousand(const int& count) {
    until([&] { return count >= 1000; });
    const std::size_t before = allocations;
    EXPECT_GT(before, 0u);
    while (count < 2000) loop().run_once(std::chrono::milliseconds(100));
    return allocations - before;
  }
};

TEST_P(Allocations, handlers_echo_without_any) {
  auto echo = std::make_shared<Echo>();
  server().route("/", echo);
  open_server();
  ASSERT_TRUE(client().dial(url("/"), std::make_shared<FirstWord>()));
  EXPECT_EQ(of_thousand(echo->messages), 0u);
}

struct LongWord final : Handler {
  void open(Connection& peer) override {
    std::string word;
    for (int i = 0; i < 200; ++i) word += "all the same ";
    peer.send(word);
  }
  void message(Connection& peer, const Message& message) override { peer.send(message); }
};

TEST_P(Allocations, compressed_messages_are_echoed_without_any) {
  for (const auto context : {CompressionContext::shared, CompressionContext::dedicated}) {
    auto echo = std::make_shared<Echo>();
    RouteOptions route;
    route.compression.sending = route.compression.receiving = context;
    const std::string path = context == CompressionContext::shared ? "/shared" : "/dedicated";
    server().route(path, echo, route);
    open_server();
    DialOptions dial;
    dial.compression = route.compression;
    ASSERT_TRUE(client().dial(url(path), std::make_shared<LongWord>(), dial));
    // On io_uring a message that meets the end of a shared buffer comes in two pieces, and is put together.
    EXPECT_LE(of_thousand(echo->messages), GetParam() == Transport::uring ? 20u : 0u) << path;
    echo->is_over = true;
    until([&] { return server().connection_count() == 0; });
  }
}

TEST_P(Allocations, coroutines_echo_without_any) {
  int messages = 0;
  server().route("/", [&messages](Connection& peer) -> Task {
    while (auto message = co_await peer.receive()) {
      ++messages;
      co_await peer.send(*message);
    }
  });
  open_server();
  ASSERT_TRUE(client().dial(url("/"), [](Connection& peer) -> Task {
    co_await peer.send("a word of a few bytes");
    while (auto message = co_await peer.receive()) co_await peer.send(*message);
  }));
  EXPECT_EQ(of_thousand(messages), 0u);
}

TEST_P(Allocations, a_handle_sends_on_its_own_thread_without_any) {
  auto echo = std::make_shared<Echo>();
  server().route("/", echo);
  open_server();
  struct Caller final : Handler {
    void open(Connection& peer) override { peer.send("a word of a few bytes"); }
    void message(Connection& peer, const Message& message) override {
      peer.handle().send(message.type(), message.payload());
    }
  };
  ASSERT_TRUE(client().dial(url("/"), std::make_shared<Caller>()));
  EXPECT_EQ(of_thousand(echo->messages), 0u);
}

// The memory transport allocates for every piece, as a test's transport may.
INSTANTIATE_TEST_SUITE_P(On, Allocations, ::testing::Values(Transport::epoll, Transport::uring), name_of);

}  // namespace
}  // namespace duplex::testing

#endif  // DUPLEX_COUNTS_ALLOCATIONS
