// Owners for what OpenSSL hands out, and its errors as one line.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

namespace duplex::tls {

template<auto free_function>
struct FreedBy {
  template<class T>
  void operator()(T* object) const {
    free_function(object);
  }
};

using SslPointer = std::unique_ptr<SSL, FreedBy<SSL_free>>;
using SslContextPointer = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;
using CertificatePointer = std::unique_ptr<X509, FreedBy<X509_free>>;

/// Takes the oldest error of this thread's queue, which is the cause of the others, and empties the queue.
/// `otherwise` when there is none.
std::string take_openssl_error(std::string_view otherwise);

}  // namespace duplex::tls
