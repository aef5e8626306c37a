#include "transport/socket/socket_error.hpp"

#include <sys/socket.h>

#include <system_error>

namespace duplex::transport {

std::string system_text(int error) { return std::generic_category().message(error); }

int take_pending_error(const Descriptor& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace duplex::transport
