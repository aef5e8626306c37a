// Calls into the application: an exception there costs one connection and nothing else.
#pragma once

#include <exception>

#include "connection/pump.hpp"

namespace duplex::connection {

template<class Call>
void Pump::guard(Call call) {
  try {
    call();
  } catch (const std::exception& error) {
    application_failed(error.what());
  } catch (...) {
    application_failed("not a std::exception");
  }
}

}  // namespace duplex::connection
