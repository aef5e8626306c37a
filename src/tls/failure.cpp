#include "tls/failure.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace duplex::tls {
namespace {

/// What is wrong with the certificate that the peer has shown.
std::string explain_certificate(long verdict) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "is for another host";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "is self-signed, and not one of those that are trusted";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "was issued by an authority that is not trusted";
    default:
      return std::string("is refused: ") + X509_verify_cert_error_string(verdict);
  }
}

std::string_view peer_of(const SSL& ssl) { return SSL_is_server(&ssl) != 0 ? "client" : "server"; }

/// Where the library's own words help nobody.
std::string explain_reason(int reason) {
  switch (reason) {
    case SSL_R_HTTP_REQUEST:
      return "the client speaks HTTP without TLS";
    case SSL_R_WRONG_VERSION_NUMBER:
      return "the peer does not speak TLS, or no version of it that is allowed";
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "the client has shown no certificate";
    case SSL_R_NO_APPLICATION_PROTOCOL:
    case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
      return "there is no application protocol (ALPN) in common; http/1.1 is spoken";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "the server wants a client certificate";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return "the peer does not trust the authority of our certificate";
    default:
      return {};
  }
}

}  // namespace

bool has_met_plain_http() {
  const unsigned long code = ERR_peek_error();
  return ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST;
}

std::string explain_failure(const SSL& ssl) {
  const unsigned long code = ERR_peek_error();
  const int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
  const long verdict = SSL_get_verify_result(&ssl);
  std::string text = explain_reason(reason);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verdict != X509_V_OK) {
    text = "the certificate of the " + std::string(peer_of(ssl)) + " " + explain_certificate(verdict);
  }
  std::string library_text = take_openssl_error("the TLS connection broke");
  return "TLS: " + (text.empty() ? std::move(library_text) : std::move(text));
}

}  // namespace duplex::tls
