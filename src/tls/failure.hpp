// What went wrong in TLS, in words that a person can act on.
#pragma once

#include <string>

#include "tls/openssl.hpp"

namespace duplex::tls {

/// Why the last call on `ssl` failed. Empties this thread's error queue. Never empty.
std::string explain_failure(const SSL& ssl);

}  // namespace duplex::tls
