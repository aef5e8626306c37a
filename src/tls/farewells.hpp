// Streams whose owner is gone, and whose last bytes are not.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include <duplex/bytes.hpp>

#include "transport/transport.hpp"

namespace duplex::tls {

/// What write() has accepted still reaches the peer, also when the stream is destroyed right behind it; but
/// what is encrypted and not taken by the system lies with us. And closing with unread bytes is a reset that
/// destroys what is on its way, of which there may be some that no owner ever sees: session tickets. So
/// streams are kept here until all is written and the peer has hung up, for some seconds at most. Loop thread
/// only.
class Farewells final : private transport::TurnEnd {
 public:
  explicit Farewells(transport::Loop& loop);
  ~Farewells();

  /// Writes `unsent`, ends the stream, and reads it to its end. Not called from within a callback of a stream
  /// that is kept here.
  void take(std::unique_ptr<transport::Stream> stream, ByteBuffer unsent);
  std::size_t count() const { return kept_.size(); }

 private:
  class Kept;
  void retire(Kept& kept);
  void handle_turn_end() override;

  transport::Loop& loop_;
  std::unordered_map<Kept*, std::unique_ptr<Kept>> kept_;
  std::vector<std::unique_ptr<Kept>> over_;
};

}  // namespace duplex::tls
