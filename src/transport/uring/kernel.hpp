// What the kernel's interface has and the headers of its older versions do not name, and whether it is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "transport/uring/ring.hpp"

namespace duplex::transport::kernel {

/// io_uring_buf_reg::flags: a buffer is used up piece by piece, by many receives (Linux 6.12).
inline constexpr std::uint16_t buffers_incremental = 2;
/// io_uring_cqe::flags: there is more room in the buffer, and it is still the kernel's.
inline constexpr std::uint32_t completion_buffer_more = 1U << 4;

/// What the kernel said when it was asked for what we need.
struct Answers {
  int ring_error = 0;           ///< errno of making a ring as we use it
  bool has_timeouts = false;    ///< entering with a timeout
  bool has_silence = false;     ///< no completion for what succeeds
  bool has_operations = false;  ///< poll, receive, send, cancel, close
  int buffers_error = 0;        ///< errno of registering a ring of buffers
  bool has_incremental_buffers = false;
};

/// Asks by trying, on a ring that is thrown away.
Answers ask();

/// In words what is missing, or nothing when all is there that we need.
std::optional<std::string> missing(const Answers& answers);

}  // namespace duplex::transport::kernel
