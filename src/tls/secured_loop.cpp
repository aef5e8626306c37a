#include "tls/secured_loop.hpp"

#include <functional>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "tls/testing.hpp"
#include "tls/tls_stream.hpp"

namespace duplex::tls::testing {

using namespace transport;

namespace {

/// A stream until its handshake is done; then it is handed on.
class Greeting final : private StreamListener {
 public:
  using Done = std::function<void(std::unique_ptr<Stream>)>;
  Greeting(std::unique_ptr<Stream> stream, Done done) : stream_(std::move(stream)), done_(std::move(done)) {
    stream_->set_listener(*this);
    // Nothing is taken before the handshake is done, and then there is news.
    const ConstBytes byte = as_bytes("?");
    DUPLEX_ASSERT(stream_->write({&byte, 1}) == 0);
  }
  bool is_over() const { return stream_ == nullptr; }

 private:
  void handle_bytes(Bytes) override { DUPLEX_ASSERT(false); }
  void handle_eof() override { stream_.reset(); }
  void handle_writable() override {
    const Done done = std::move(done_);  // which may destroy this object
    done(std::move(stream_));
  }
  void handle_lost(std::string_view) override { stream_.reset(); }

  std::unique_ptr<Stream> stream_;
  Done done_;
};

class SecuredListener final : public Listener, public StreamAcceptor {
 public:
  SecuredListener(StreamAcceptor& acceptor, std::shared_ptr<const ServerContext> context,
                  std::shared_ptr<LoopShare> share)
      : acceptor_(acceptor), context_(std::move(context)), share_(std::move(share)) {}

  Result<void> listen(Loop& loop, const Endpoint& endpoint, PortSharing sharing) {
    auto listener = loop.listen(endpoint, *this, sharing);
    if (!listener) return listener.error();
    below_ = std::move(*listener);
    return {};
  }
  std::uint16_t port() const override { return below_->port(); }

 private:
  void handle_accept(std::unique_ptr<Stream> stream) override {
    std::erase_if(greetings_, [](const auto& greeting) { return greeting->is_over(); });
    greetings_.push_back(std::make_unique<Greeting>(
        std::make_unique<TlsStream>(std::move(stream), context_->make_engine(), share_),
        [&acceptor = acceptor_](std::unique_ptr<Stream> ready) {
          acceptor.handle_accept(std::move(ready));
        }));
  }

  StreamAcceptor& acceptor_;
  const std::shared_ptr<const ServerContext> context_;
  const std::shared_ptr<LoopShare> share_;
  std::vector<std::unique_ptr<Greeting>> greetings_;
  std::unique_ptr<Listener> below_;
};

class SecuredConnecting final : public Connecting, private ConnectListener {
 public:
  SecuredConnecting(Loop& loop, const Endpoint& address, ConnectListener& listener,
                    std::shared_ptr<const ClientContext> context, std::shared_ptr<LoopShare> share)
      : listener_(listener),
        host_(address.host),
        context_(std::move(context)),
        share_(std::move(share)),
        below_(loop.connect(address, *this)) {}

 private:
  void handle_connected(std::unique_ptr<Stream> stream) override {
    greeting_ = std::make_unique<Greeting>(
        std::make_unique<TlsStream>(std::move(stream), context_->make_engine(host_), share_),
        [&listener = listener_](std::unique_ptr<Stream> ready) {
          listener.handle_connected(std::move(ready));
        });
  }
  void handle_connect_failed(const Error& error) override { listener_.handle_connect_failed(error); }

  ConnectListener& listener_;
  const std::string host_;
  const std::shared_ptr<const ClientContext> context_;
  const std::shared_ptr<LoopShare> share_;
  std::unique_ptr<Greeting> greeting_;
  std::unique_ptr<Connecting> below_;
};

}  // namespace

SecuredLoop::SecuredLoop(std::shared_ptr<Loop> below)
    : below_(std::move(below)), share_(std::make_shared<LoopShare>(*below_)) {
  const Folder folder;
  TlsOptions server;
  server.certificates = {store(folder, "any", issue_self_signed({"any", {}}))};
  TlsDialOptions client;
  client.insecure_accept_any_certificate = true;
  server_context_ = *ServerContext::load(server, std::make_shared<TicketKeys>());
  client_context_ = *ClientContext::load(client);
}

Result<std::unique_ptr<Listener>> SecuredLoop::listen(const Endpoint& endpoint, StreamAcceptor& acceptor,
                                                      PortSharing sharing) {
  auto listener = std::make_unique<SecuredListener>(acceptor, server_context_, share_);
  if (auto listening = listener->listen(*below_, endpoint, sharing); !listening) return listening.error();
  return std::unique_ptr<Listener>(std::move(listener));
}

std::unique_ptr<Connecting> SecuredLoop::connect(const Endpoint& address, ConnectListener& listener) {
  return std::make_unique<SecuredConnecting>(*below_, address, listener, client_context_, share_);
}

}  // namespace duplex::tls::testing
