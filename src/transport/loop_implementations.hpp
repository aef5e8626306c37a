// Which loops the tests of the contract run over: each program of tests that they are part of has its own
// list.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "transport/memory/memory_loop.hpp"
#include "transport/transport.hpp"

namespace duplex::transport::testing {

struct Implementation {
  const char* name;
  std::shared_ptr<Loop> (*make)();
};

/// Nobody can have that name, so that no name server is asked. The loops know that it has no address.
inline constexpr const char* impossible_name = "no..name";

/// A memory loop on which everything comes in small pieces of random sizes, late, and through narrow pipes.
inline MemoryOptions crumbs() {
  MemoryOptions options;
  options.segmentation = Segmentation::random;
  options.piece_bytes_max = 3000;
  options.pipe_bytes_max = 5000;
  options.latency = std::chrono::milliseconds(3);
  return options;
}

std::vector<Implementation> implementations();

}  // namespace duplex::transport::testing
