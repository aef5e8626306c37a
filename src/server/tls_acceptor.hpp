// Puts TLS on what a listener accepts.
#pragma once

#include <memory>
#include <utility>

#include "tls/loop_share.hpp"
#include "tls/server_credentials.hpp"
#include "tls/tls_stream.hpp"
#include "transport/transport.hpp"

namespace duplex::server {

/// Between a listener and the acceptor that takes streams of both kinds. Belongs to one loop; the credentials
/// may be shared among several.
class TlsAcceptor final : public transport::StreamAcceptor {
 public:
  TlsAcceptor(std::shared_ptr<tls::ServerCredentials> credentials, std::shared_ptr<tls::LoopShare> share,
              transport::StreamAcceptor& next)
      : credentials_(std::move(credentials)), share_(std::move(share)), next_(next) {}

 private:
  void handle_accept(std::unique_ptr<transport::Stream> stream) override;

  const std::shared_ptr<tls::ServerCredentials> credentials_;
  const std::shared_ptr<tls::LoopShare> share_;
  transport::StreamAcceptor& next_;
};

}  // namespace duplex::server
