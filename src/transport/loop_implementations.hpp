// Which loops the tests of the contract run over: each program of tests that they are part of has its own
// list.
#pragma once

#include <memory>
#include <vector>

#include "transport/transport.hpp"

namespace duplex::transport::testing {

struct Implementation {
  const char* name;
  std::shared_ptr<Loop> (*make)();
};

/// Nobody can have that name, so that no name server is asked. The loops know that it has no address.
inline constexpr const char* impossible_name = "no..name";

std::vector<Implementation> implementations();

}  // namespace duplex::transport::testing
