// The few socket calls that the measuring programs need. They end the program when one fails: a measurement
// with half of its connections is none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <netinet/in.h>

namespace duplex::bench {

/// Prints "PROGRAM: TEXT" and exits with 1.
[[noreturn]] void quit(std::string_view text);
/// The same with a ": REASON" from errno.
[[noreturn]] void die(std::string_view text);

/// Owns a file descriptor.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Socket& operator=(Socket&&) = delete;
  ~Socket();
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

sockaddr_in loopback(std::uint16_t port);
Socket listen_on_loopback(std::uint16_t port);
/// How much may be on its way to here: as much as the kernel likes, or as little as over a real network to a
/// small client, with segments of its size and a few KiB for them. On loopback the server's kernel would else
/// take megabytes for who does not read.
enum class Window { usual, narrow };
Socket connect_to_loopback(std::uint16_t port, Window window = Window::usual);
/// A Sec-WebSocket-Extensions of one extension; empty: none.
using Offer = std::string;
std::string upgrade_request(std::uint16_t port, const std::string& path, const Offer& offer);
/// Closing it will be a reset: an orderly end would keep the port busy for a minute.
void end_at_once(int descriptor);
/// Small messages go out at once, and calls answer EAGAIN instead of waiting.
void make_ready_for_load(int descriptor);

}  // namespace duplex::bench
