// A client's protocol core, and bytes from a server that knows no rules.
#include "frames.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::check_frames(duplex::fuzz::Role::client, {data, size});
  return 0;
}
