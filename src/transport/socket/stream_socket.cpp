#include "transport/socket/stream_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace duplex::transport {

namespace {

ssize_t send_gathered(int socket, std::span<const ConstBytes> pieces) {
  std::array<iovec, pieces_per_call_max> vectors;  // not filled with zeros: it is 16 KiB
  for (std::size_t index = 0; index < pieces.size(); ++index) {
    // sendmsg() does not change the bytes; iovec just has no const.
    vectors[index] = {const_cast<std::byte*>(pieces[index].data()), pieces[index].size()};
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = pieces.size();
  return ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

}  // namespace

void disable_delay(const Descriptor& socket) {
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

ssize_t send_pieces(const Descriptor& socket, std::span<const ConstBytes> pieces) {
  if (pieces.size() > 1) return send_gathered(socket.get(), pieces);
  return ::send(socket.get(), pieces.front().data(), pieces.front().size(), MSG_NOSIGNAL);
}

Arrival receive_arrival(const Descriptor& socket, Bytes room, Bytes buffer, UnreadNews& news) {
  const Bytes place = room.empty() ? buffer : room;
  ssize_t count = 0;
  do {
    count = ::recv(socket.get(), place.data(), place.size(), 0);
  } while (count < 0 && errno == EINTR);
  const int error = count < 0 ? errno : 0;
  const Bytes bytes = place.first(count < 0 ? 0 : static_cast<std::size_t>(count));
  // A short read has emptied the socket, and whatever comes later is news again: no second recv().
  const bool may_have_more = bytes.size() == place.size() || news.is_ending;
  if (bytes.empty() || !may_have_more) news.is_readable = false;
  return {bytes, error, !room.empty()};
}

void discard_on_close(const Descriptor& socket) {
  const linger discard{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &discard, sizeof discard);
}

}  // namespace duplex::transport
