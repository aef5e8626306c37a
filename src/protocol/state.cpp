#include "protocol/state.hpp"

namespace duplex::protocol {
namespace {

constexpr Phase sent = Phase::close_sent;
constexpr Phase both = Phase::close_exchanged;
constexpr Phase fail = Phase::failed;
constexpr Phase ends = Phase::stream_ended;

// A step that has no meaning in a phase leaves it as it is.
constexpr Phase table[5][4] = {
    //           send_close  receive_close  fail  end_stream
    /* open   */ {sent, both, fail, ends},
    /* sent   */ {sent, both, fail, ends},
    /* both   */ {both, both, both, ends},
    /* failed */ {fail, fail, fail, ends},
    /* ended  */ {ends, ends, ends, ends},
};

}  // namespace

Phase next_phase(Phase phase, Step step) {
  return table[static_cast<std::uint8_t>(phase)][static_cast<std::uint8_t>(step)];
}

Protocol::State public_state(Phase phase) {
  switch (phase) {
    case Phase::open:
      return Protocol::State::open;
    case Phase::close_sent:
      return Protocol::State::closing;
    default:
      return Protocol::State::closed;
  }
}

}  // namespace duplex::protocol
