// A server's protocol core, and bytes from a client that knows no rules.
#include "frames.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::check_frames(duplex::fuzz::Role::server, {data, size});
  return 0;
}
