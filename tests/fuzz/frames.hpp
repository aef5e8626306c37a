// What holds for one endpoint whatever bytes come: shared by server_frames and client_frames.
#pragma once

#include "input.hpp"

namespace duplex::fuzz {

enum class Role { server, client };

/// The input: a byte of settings (two bits for message_bytes_max, one each for fragments_max, for the
/// delivery in pieces, and for a lender that takes its input back after each event), segments, then what the
/// peer sends.
void check_frames(Role role, Input input);

}  // namespace duplex::fuzz
