// What contexts of servers and clients have in common: versions, ciphers, certificates from files.
#pragma once

#include <array>
#include <string>

#include <duplex/errors.hpp>
#include <duplex/tls.hpp>

#include "tls/openssl.hpp"

namespace duplex::tls {

/// The one protocol that is spoken here, as ALPN lists it (RFC 7301 §3.1).
inline constexpr std::array<unsigned char, 9> alpn_list = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// With defaults that are safe: TLS 1.2 and 1.3, forward secrecy and authenticated encryption only, no
/// compression, no renegotiation, OpenSSL's security level 2.
SslContextPointer make_context(const SSL_METHOD* method, TlsVersion minimum_version);

/// Gives the context an identity. Errors name the file and say what is wrong with it.
Result<void> use_certificate(SSL_CTX& context, const TlsCertificate& certificate);

/// Trusts the authorities in that file, and no others.
Result<void> trust_authorities(SSL_CTX& context, const std::string& ca_file);

}  // namespace duplex::tls
