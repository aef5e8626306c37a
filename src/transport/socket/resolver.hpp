// Name resolution that does not block a loop.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "transport/socket/socket_address.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Asks the system's resolver on up to `threads_max` threads of its own, which live as long as there are
/// questions. Used by one loop thread; answers come there through the loop's post(). Destroying it never
/// waits for a resolver that hangs: its threads keep what they need and find nobody to answer.
class Resolver {
 public:
  using LookUp = std::function<Result<std::vector<SocketAddress>>(const Endpoint&)>;
  using Post = std::function<void(std::function<void()>)>;

  /// `post` must work from any thread until the resolver is destroyed.
  explicit Resolver(Post post, LookUp look_up = transport::look_up);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Loop::resolve(). Addresses need no thread.
  std::unique_ptr<Resolving> resolve(const Endpoint& endpoint, ResolveListener& listener);

  /// One host that does not answer must not hold up the others; a client with thousands of connections must
  /// not start thousands of threads.
  static constexpr std::size_t threads_max = 4;

 private:
  struct Inquiry;
  struct Shared;
  class Ticket;

  static void serve(const std::shared_ptr<Shared>& shared);
  void start_thread();

  std::shared_ptr<Shared> shared_;  // shared with threads that may outlive the resolver
};

}  // namespace duplex::transport
