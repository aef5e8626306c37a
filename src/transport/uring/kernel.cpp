#include "transport/uring/kernel.hpp"

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "transport/socket/socket_error.hpp"
#include "transport/uring/receive_buffers.hpp"

namespace duplex::transport::kernel {

namespace {

bool has_operations(Ring& ring) {
  struct Deleter {
    void operator()(io_uring_probe* probe) const { std::free(probe); }
  };
  const std::size_t bytes = sizeof(io_uring_probe) + IORING_OP_LAST * sizeof(io_uring_probe_op);
  const std::unique_ptr<io_uring_probe, Deleter> probe(static_cast<io_uring_probe*>(std::calloc(1, bytes)));
  if (io_uring_register(static_cast<unsigned>(ring.descriptor()), IORING_REGISTER_PROBE, probe.get(),
                        IORING_OP_LAST) < 0) {
    return false;
  }
  for (const int operation : {IORING_OP_POLL_ADD, IORING_OP_RECV, IORING_OP_SEND, IORING_OP_ASYNC_CANCEL,
                              IORING_OP_CLOSE, IORING_OP_SEND_ZC}) {
    if (io_uring_opcode_supported(probe.get(), operation) == 0) return false;
  }
  return true;
}

}  // namespace

Answers ask() {
  Answers answers;
  ReceiveBuffers incremental;
  ReceiveBuffers plain;
  Ring ring;  // closed before its buffers go
  answers.ring_error = ring.open();
  if (answers.ring_error != 0) return answers;
  answers.has_timeouts = (ring.features() & IORING_FEAT_EXT_ARG) != 0;
  answers.has_silence = (ring.features() & IORING_FEAT_CQE_SKIP) != 0;
  answers.has_operations = has_operations(ring);
  answers.has_incremental_buffers = incremental.open(ring, ReceiveBuffers::Use::piece_by_piece) == 0;
  if (answers.has_incremental_buffers) return answers;
  answers.buffers_error = plain.open(ring, ReceiveBuffers::Use::whole);
  return answers;
}

std::optional<std::string> missing(const Answers& answers) {
  switch (answers.ring_error) {
    case 0:
      break;
    case ENOSYS:
      return "the kernel has no io_uring";
    case EPERM:
    case EACCES:
      return "io_uring is forbidden here (a container's rules, or kernel.io_uring_disabled)";
    case EINVAL:
      return "the kernel cannot defer work to the loop's thread (Linux 6.1 can)";
    default:
      return "no ring: " + system_text(answers.ring_error);
  }
  if (!answers.has_timeouts) return "the kernel cannot wait for a limited time (Linux 5.11 can)";
  if (!answers.has_silence) return "the kernel cannot leave out completions (Linux 5.17 can)";
  if (!answers.has_operations) return "the kernel lacks an operation that we need (Linux 6.0 has all)";
  if (!answers.has_incremental_buffers && answers.buffers_error != 0) {
    return "no ring of receive buffers: " + system_text(answers.buffers_error);
  }
  return std::nullopt;
}

}  // namespace duplex::transport::kernel
