// Whether the bytes of a connection travel inside TLS.
#pragma once

namespace duplex::http {

enum class Security { plain, tls };

}  // namespace duplex::http
