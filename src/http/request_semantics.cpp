#include "http/request_semantics.hpp"

namespace duplex::http {

Persistence persistence_of(const Request& request) {
  if (request.headers.has_token("Connection", "close")) return Persistence::close;
  if (request.version_minor == 0 && !request.headers.has_token("Connection", "keep-alive"))
    return Persistence::close;
  return Persistence::keep_alive;
}

bool expects_continue(const Request& request) {
  return request.version_minor > 0 && request.headers.has_token("Expect", "100-continue");
}

}  // namespace duplex::http
