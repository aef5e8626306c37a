// TLS as an application sees it: files and choices in, nothing of the library that does the work.
#pragma once

#include <string>
#include <vector>

namespace duplex {

enum class TlsVersion { tls_1_2, tls_1_3 };

/// One identity: a chain in PEM, the own certificate first, and its private key (PEM, not encrypted). For
/// ECDSA and RSA alike.
struct TlsCertificate {
  std::string certificate_file;
  std::string key_file;

  bool operator==(const TlsCertificate&) const = default;
};

/// Whether clients have to prove who they are.
enum class ClientCertificates {
  none,       ///< they are not asked
  requested,  ///< who has a certificate shows it; one that is not right ends the connection
  required,   ///< nobody gets in without
};

/// How a server speaks TLS. The files are read by Server::listen_tls() and again by reload_tls().
///
/// Which certificate a client gets is decided by the name that it asks for (SNI) and the names that the
/// certificates hold, `*.example.org` included; who asks for none of them gets the first.
struct TlsOptions {
  std::vector<TlsCertificate> certificates;  ///< at least one
  ClientCertificates client_certificates = ClientCertificates::none;
  std::string client_ca_file;  ///< who may vouch for clients (PEM); needed unless they are not asked
  TlsVersion minimum_version = TlsVersion::tls_1_2;
};

/// How a client speaks TLS on wss:// URLs. By default the server's certificate has to lead to an authority
/// that this system trusts, and has to be for the host of the URL.
struct TlsDialOptions {
  std::string ca_file;         ///< trust these authorities (PEM) instead of the system's
  TlsCertificate certificate;  ///< shown when the server asks; empty: none
  TlsVersion minimum_version = TlsVersion::tls_1_2;
  /// Anyone in between can then read and change everything. For experiments on one machine only.
  bool insecure_accept_any_certificate = false;

  bool operator==(const TlsDialOptions&) const = default;
};

}  // namespace duplex
