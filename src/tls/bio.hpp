// The seam between OpenSSL and an engine: a BIO that reads lent bytes and writes into a buffer.
#pragma once

#include "tls/openssl.hpp"

namespace duplex::tls {

class Engine;

/// Makes `ssl` read and write by way of `engine`, which outlives it.
void attach_bio(SSL& ssl, Engine& engine);

}  // namespace duplex::tls
