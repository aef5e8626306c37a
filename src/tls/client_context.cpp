#include "tls/client_context.hpp"

#include <openssl/x509v3.h>

#include <utility>

#include "base/assert.hpp"
#include "tls/context.hpp"

namespace duplex::tls {
namespace {

/// RFC 6066 §3: an address is not a name, and does not go into the hello.
void expect_host(SSL& ssl, const std::string& host) {
  X509_VERIFY_PARAM* expected = SSL_get0_param(&ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1) return;
  DUPLEX_ASSERT(X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // What the macro of OpenSSL for this does, without its casts; the name is copied.
  SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
}

Result<void> trust(SSL_CTX& context, const TlsDialOptions& options) {
  if (options.insecure_accept_any_certificate) return {};
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
  if (!options.ca_file.empty()) return trust_authorities(context, options.ca_file);
  if (SSL_CTX_set_default_verify_paths(&context) == 1) return {};
  return Error(ErrorKind::environment,
               "TLS: cannot use the system's authorities: " + take_openssl_error("there are none"));
}

}  // namespace

Result<std::shared_ptr<const ClientContext>> ClientContext::load(const TlsDialOptions& options) {
  SslContextPointer context = make_context(TLS_client_method(), options.minimum_version);
  if (auto trusted = trust(*context, options); !trusted) return trusted.error();
  if (!options.certificate.certificate_file.empty()) {
    if (auto used = use_certificate(*context, options.certificate); !used) return used.error();
  }
  DUPLEX_ASSERT(SSL_CTX_set_alpn_protos(context.get(), alpn_list.data(), alpn_list.size()) == 0);
  return std::shared_ptr<const ClientContext>(new ClientContext(std::move(context)));
}

std::unique_ptr<Engine> ClientContext::make_engine(const std::string& host) const {
  SslPointer ssl(SSL_new(context_.get()));
  DUPLEX_ASSERT(ssl != nullptr);
  SSL_set_connect_state(ssl.get());
  expect_host(*ssl, host);
  return std::make_unique<Engine>(std::move(ssl));
}

}  // namespace duplex::tls
