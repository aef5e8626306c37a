// The contract of transport.hpp has to hold inside of TLS, too.
#include "tls/secured_loop.hpp"
#include "transport/loop_implementations.hpp"
#include "transport/loop_test_support.hpp"
#include "transport/memory/memory_loop.hpp"

namespace duplex::transport::testing {
namespace {

using tls::testing::SecuredLoop;

std::shared_ptr<Loop> make_epoll() { return std::make_shared<SecuredLoop>(*make_epoll_loop()); }
/// Null where the kernel does not allow it.
std::shared_ptr<Loop> make_uring() {
  auto loop = make_uring_loop();
  return loop ? std::make_shared<SecuredLoop>(std::move(*loop)) : nullptr;
}

std::shared_ptr<Loop> make_memory_with(MemoryOptions options) {
  auto loop = std::make_shared<MemoryLoop>(7, options);
  loop->set_addresses(impossible_name, {});
  return std::make_shared<SecuredLoop>(std::move(loop));
}
std::shared_ptr<Loop> make_memory() { return make_memory_with({}); }
std::shared_ptr<Loop> make_memory_in_crumbs() { return make_memory_with(crumbs()); }

}  // namespace

std::vector<Implementation> implementations() {
  return {{"TlsOverEpoll", make_epoll},
          {"TlsOverUring", make_uring},
          {"TlsOverMemory", make_memory},
          {"TlsOverMemoryInCrumbs", make_memory_in_crumbs}};
}

}  // namespace duplex::transport::testing
