#include "tls/context.hpp"

#include <openssl/err.h>

#include "base/assert.hpp"

namespace duplex::tls {
namespace {

constexpr int security_level = 2;
// AES with 128 bits comes first, as in browsers: its handshake hashes with SHA-256, for which processors have
// instructions, instead of SHA-384, for which most have none.
constexpr const char* ciphers_of_tls_1_3 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* ciphers_of_tls_1_2 = "ECDHE+AESGCM+AES128:ECDHE+AESGCM:ECDHE+CHACHA20";

/// A server cannot ask anyone, and must not try.
int refuse_passphrase(char*, int, int, void*) { return -1; }

Error refuse(const std::string& what, const std::string& why) {
  return {ErrorKind::environment, "TLS: " + what + ": " + why};
}

Error mismatch(const TlsCertificate& certificate) {
  ERR_clear_error();
  return {ErrorKind::environment, "TLS: the key in " + certificate.key_file +
                                      " does not belong to the certificate in " +
                                      certificate.certificate_file};
}

}  // namespace

SslContextPointer make_context(const SSL_METHOD* method, TlsVersion minimum_version) {
  SslContextPointer context(SSL_CTX_new(method));
  DUPLEX_ASSERT(context != nullptr);
  SSL_CTX_set_security_level(context.get(), security_level);
  SSL_CTX_set_min_proto_version(context.get(),
                                minimum_version == TlsVersion::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  DUPLEX_ASSERT(SSL_CTX_set_ciphersuites(context.get(), ciphers_of_tls_1_3) == 1);
  DUPLEX_ASSERT(SSL_CTX_set_cipher_list(context.get(), ciphers_of_tls_1_2) == 1);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(context.get(), refuse_passphrase);
  return context;
}

Result<void> use_certificate(SSL_CTX& context, const TlsCertificate& certificate) {
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(&context, certificate.certificate_file.c_str()) != 1) {
    return refuse("cannot use the certificate " + certificate.certificate_file,
                  take_openssl_error("it is not PEM"));
  }
  if (SSL_CTX_use_PrivateKey_file(&context, certificate.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    if (ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_X509) return mismatch(certificate);
    return refuse("cannot use the key " + certificate.key_file, take_openssl_error("it is not PEM"));
  }
  if (SSL_CTX_check_private_key(&context) != 1) return mismatch(certificate);
  return {};
}

Result<void> trust_authorities(SSL_CTX& context, const std::string& ca_file) {
  ERR_clear_error();
  if (SSL_CTX_load_verify_file(&context, ca_file.c_str()) == 1) return {};
  return refuse("cannot use the authorities in " + ca_file, take_openssl_error("there are none"));
}

}  // namespace duplex::tls
