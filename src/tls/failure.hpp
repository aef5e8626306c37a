// What went wrong in TLS, in words that a person can act on.
#pragma once

#include <string>

#include "tls/openssl.hpp"

namespace duplex::tls {

/// Did the last call of this thread fail because the peer speaks HTTP where it should speak TLS? Keeps the
/// queue.
bool has_met_plain_http();

/// Why the last call on `ssl` failed. Empties this thread's error queue. Never empty.
std::string explain_failure(const SSL& ssl);

}  // namespace duplex::tls
