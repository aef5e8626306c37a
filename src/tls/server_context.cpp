#include "tls/server_context.hpp"

#include <openssl/sha.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "base/assert.hpp"
#include "tls/context.hpp"

namespace duplex::tls {
namespace {

Error misuse(std::string text) { return {ErrorKind::misuse, "TLS: " + std::move(text)}; }

/// RFC 7301 §3.2: who offers protocols, but none of ours, is refused. Who offers nothing is not asked here.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                    const unsigned char* offered, unsigned int offered_bytes, void*) {
  unsigned char* match = nullptr;
  const int outcome =
      SSL_select_next_proto(&match, chosen_bytes, alpn_list.data(), alpn_list.size(), offered, offered_bytes);
  *chosen = match;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// A session is resumed only under the terms that it was made under: a ticket must not spare a client from an
/// authority that has been taken from the list since.
std::array<unsigned char, SHA256_DIGEST_LENGTH> digest_of_terms(const TlsOptions& options) {
  std::ifstream file(options.client_ca_file, std::ios::binary);
  std::string terms{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  terms += static_cast<char>('0' + static_cast<int>(options.client_certificates));
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(terms.data()), terms.size(), digest.data());
  return digest;
}

void allow_resumption(SSL_CTX& context, const TlsOptions& options, TicketKeys& keys) {
  keys.attach_to(context);
  SSL_CTX_set_num_tickets(&context, 1);  // a page opens one connection, not two
  const auto digest = digest_of_terms(options);
  SSL_CTX_set_session_id_context(&context, digest.data(), digest.size());
}

int verification_of(ClientCertificates mode) {
  switch (mode) {
    case ClientCertificates::none:
      break;
    case ClientCertificates::requested:
      return SSL_VERIFY_PEER;
    case ClientCertificates::required:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  return SSL_VERIFY_NONE;
}

}  // namespace

Result<std::shared_ptr<const ServerContext>> ServerContext::load(const TlsOptions& options,
                                                                 std::shared_ptr<TicketKeys> keys) {
  if (options.certificates.empty()) return misuse("a server needs a certificate");
  if (options.client_certificates != ClientCertificates::none && options.client_ca_file.empty()) {
    return misuse("client certificates need a client_ca_file to be checked with");
  }
  std::shared_ptr<ServerContext> loaded(
      new ServerContext(std::move(keys)));  // make_shared() cannot see the constructor
  for (const TlsCertificate& certificate : options.certificates) {
    if (auto added = loaded->add(certificate, options); !added) return added.error();
  }
  return std::shared_ptr<const ServerContext>(std::move(loaded));
}

Result<void> ServerContext::add(const TlsCertificate& certificate, const TlsOptions& options) {
  SslContextPointer context = make_context(TLS_server_method(), options.minimum_version);
  if (auto used = use_certificate(*context, certificate); !used) return used;
  if (auto asked = ask_clients(*context, options); !asked) return asked;
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  // The chain is what stands in the file. OpenSSL would look for the rest of it in every handshake.
  SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  // What the macros of OpenSSL for this do, without their casts.
  SSL_CTX_callback_ctrl(context.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                        reinterpret_cast<void (*)()>(choose_certificate));
  SSL_CTX_ctrl(context.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, this);
  allow_resumption(*context, options, *keys_);
  const X509& own = *SSL_CTX_get0_certificate(context.get());
  check_time(own, certificate.certificate_file);
  names_.add(own, contexts_.size());
  contexts_.push_back(std::move(context));
  return {};
}

Result<void> ServerContext::ask_clients(SSL_CTX& context, const TlsOptions& options) const {
  SSL_CTX_set_verify(&context, verification_of(options.client_certificates), nullptr);
  if (options.client_certificates == ClientCertificates::none) return {};
  if (auto trusted = trust_authorities(context, options.client_ca_file); !trusted) return trusted;
  // Clients with several certificates choose by this list.
  SSL_CTX_set_client_CA_list(&context, SSL_load_client_CA_file(options.client_ca_file.c_str()));
  return {};
}

void ServerContext::check_time(const X509& certificate, const std::string& file) {
  if (X509_cmp_current_time(X509_get0_notAfter(&certificate)) < 0)
    warnings_.push_back("TLS: the certificate " + file + " has expired");
  if (X509_cmp_current_time(X509_get0_notBefore(&certificate)) > 0)
    warnings_.push_back("TLS: the certificate " + file + " is not valid yet");
}

int ServerContext::choose_certificate(SSL* ssl, int*, void* server_context) {
  const char* host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (host == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const ServerContext& self = *static_cast<const ServerContext*>(server_context);
  if (const auto index = self.names_.find(host)) SSL_set_SSL_CTX(ssl, self.contexts_[*index].get());
  return SSL_TLSEXT_ERR_OK;
}

std::unique_ptr<Engine> ServerContext::make_engine() const {
  SslPointer ssl(SSL_new(contexts_.front().get()));
  DUPLEX_ASSERT(ssl != nullptr);
  SSL_set_accept_state(ssl.get());
  return std::make_unique<Engine>(std::move(ssl), shared_from_this());
}

}  // namespace duplex::tls
