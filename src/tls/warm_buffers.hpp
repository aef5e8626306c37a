// Which connections keep OpenSSL's record buffers for their next record.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "tls/engine.hpp"

namespace duplex::tls {

/// Two buffers of 17 KiB for every connection would be most of what an idle one costs; taking and giving back
/// both for every record costs a tenth of a small message. So those that had something to do last keep
/// theirs. Loop thread only.
class WarmBuffers {
 public:
  /// The engine has just been used.
  void keep(Engine& engine) {
    if (engine.is_warm()) return;
    Engine*& place = engines_[next_];
    next_ = next_ + 1 == engines_.size() ? 0 : next_ + 1;
    if (place != nullptr) place->release_buffers();
    place = &engine;
    engine.set_warm();
  }
  /// The engine goes.
  void forget(Engine& engine) {
    if (engine.is_warm())
      std::replace(engines_.begin(), engines_.end(), &engine, static_cast<Engine*>(nullptr));
  }

 private:
  static constexpr std::size_t engines_max = 128;
  std::array<Engine*, engines_max> engines_{};
  std::size_t next_ = 0;
};

}  // namespace duplex::tls
