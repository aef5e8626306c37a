#include "server/tls_acceptor.hpp"

namespace duplex::server {

void TlsAcceptor::handle_accept(std::unique_ptr<transport::Stream> stream) {
  next_.handle_accept(
      std::make_unique<tls::TlsStream>(std::move(stream), credentials_->current()->make_engine(), share_));
}

}  // namespace duplex::server
