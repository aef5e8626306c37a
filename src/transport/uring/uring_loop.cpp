#include "transport/uring/uring_loop.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/assert.hpp"
#include "transport/socket/socket_error.hpp"
#include "transport/uring/kernel.hpp"
#include "transport/uring/last_sends.hpp"
#include "transport/uring/uring_stream.hpp"

namespace duplex::transport {

Result<std::shared_ptr<Loop>> make_uring_loop(Log log) {
  const auto error = [](const std::string& reason) {
    return Error(ErrorKind::environment, "cannot make an io_uring loop: " + reason);
  };
  const kernel::Answers answers = kernel::ask();
  if (const auto missing = kernel::missing(answers)) return error(*missing);
  Descriptor wake(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake) return error(system_text(errno));
  auto loop = std::make_shared<UringLoop>(std::move(wake), std::move(log));
  const int failure = loop->open(answers.has_incremental_buffers ? ReceiveBuffers::Use::piece_by_piece
                                                                 : ReceiveBuffers::Use::whole);
  if (failure != 0) return error(system_text(failure));
  return std::shared_ptr<Loop>(std::move(loop));
}

UringLoop::UringLoop(Descriptor wake, Log log)
    : wake_(std::move(wake)),
      log_(std::move(log)),
      loop_thread_(std::this_thread::get_id()),
      now_(Clock::now()),
      receive_buffer_(new std::byte[receive_buffer_bytes]),  // not make_unique: it would touch every page
      resolver_([this](std::function<void()> work) { post(std::move(work)); }) {}

int UringLoop::open(ReceiveBuffers::Use use) {
  if (const int error = ring_.open(); error != 0) return error;
  if (const int error = buffers_.open(ring_, use); error != 0) return error;
  if (!readiness_.open() || !wake_up_time_.open(readiness_)) return errno;
  completions_.reserve(Ring::completions_max);
  watch_wake();
  watch_readiness();
  return 0;
}

UringLoop::~UringLoop() {
  // What was posted may hold on to objects of this loop; they go while it is still whole.
  turn_.work.clear();
  if (ring_.may_enter()) {
    close_sockets();
    ring_.enter(std::chrono::nanoseconds(0));
  }
  collect();
  for (const io_uring_cqe& completion : completions_) {
    if (operation_of(completion) == Operation::backlog) serve_backlog(completion);
  }
  ring_.close();
  std::vector<std::unique_ptr<Backlog>> unsent;
  backlogs_.for_each([&](std::unique_ptr<Backlog>& backlog) { unsent.push_back(std::move(backlog)); });
  send_last(std::move(unsent));
}

Result<std::unique_ptr<Stream>> UringLoop::adopt(Descriptor socket, const SocketAddress& remote) {
  return std::unique_ptr<Stream>(std::make_unique<UringStream>(*this, std::move(socket), remote));
}

void UringLoop::post(std::function<void()> work) {
  if (turn_.work.push(std::move(work)) && !is_loop_thread()) wake();
}

void UringLoop::stop() {
  is_stopping_ = true;
  wake();
}

void UringLoop::wake() {
  // It fails only when 2^64 wake-ups were never read, and then there is news anyway.
  [[maybe_unused]] const int result = eventfd_write(wake_.get(), 1);
}

void UringLoop::run() {
  become_loop_thread();
  do {
    take_turn(std::nullopt);
  } while (!is_stopping_.exchange(false));
}

bool UringLoop::run_once(std::chrono::milliseconds wait_max) {
  become_loop_thread();
  return take_turn(std::clamp(wait_max, std::chrono::milliseconds(0), std::chrono::milliseconds(INT32_MAX)));
}

void UringLoop::become_loop_thread() {
  DUPLEX_ASSERT(completions_.empty());
  if (ring_.is_enabled()) {
    DUPLEX_ASSERT(is_loop_thread());
    return;
  }
  ring_.enable();
  loop_thread_ = std::this_thread::get_id();
}

bool UringLoop::take_turn(Wait wait_max) {
  const bool sent = sends_.prepare(ring_);
  close_sockets();
  ring_.enter(wake_up_time_.permits_wait(turn_, now_) ? wait_max : std::chrono::nanoseconds(0));
  now_ = Clock::now();
  collect();
  const bool reported = !completions_.empty();
  // First those that wait since the last turn: what comes anew must not overtake them.
  const bool served = turn_.sources.serve_waiting();
  for (const io_uring_cqe& completion : completions_) serve(completion);
  completions_.clear();
  const bool finished = turn_.finish(now_);
  return sent || reported || served || finished;
}

/// The results of sends come first, before anybody can write more to their streams.
void UringLoop::collect() {
  ring_.take_completions([this](const io_uring_cqe& completion) {
    if (operation_of(completion) == Operation::send) return sends_.handle_completion(completion);
    completions_.push_back(completion);
  });
  sends_.clear();
}

/// Behind the entries that cancel what was under way for these sockets. Only then may their numbers be used
/// anew; and the connection ends only when nothing refers to it any more.
void UringLoop::close_sockets() {
  for (Descriptor& socket : closing_) {
    io_uring_sqe& entry = ring_.next_entry();
    io_uring_prep_close(&entry, socket.release());
    entry.flags |= IOSQE_CQE_SKIP_SUCCESS;
    entry.user_data = completion_name(Operation::unheard);
  }
  closing_.clear();
}

void UringLoop::serve(const io_uring_cqe& completion) {
  switch (operation_of(completion)) {
    case Operation::receive:
      return serve_received(completion);
    case Operation::watch:
      return serve_watched();
    case Operation::backlog:
      return serve_backlog(completion);
    case Operation::readable:
      if (UringStream** stream = streams_.find(ticket_of(completion))) {
        turn_.sources.serve(**stream, [&](UringStream& source) { source.handle_readable(completion); });
      }
      return;
    case Operation::loss:
      if (UringStream** stream = streams_.find(ticket_of(completion))) {
        turn_.sources.serve(**stream, [&](UringStream& source) { source.handle_possible_loss(completion); });
      }
      return;
    case Operation::wake:
      if (!has_more_to_come(completion)) watch_wake();
      return;
    case Operation::send:
    case Operation::unheard:
      return;
  }
}

void UringLoop::serve_received(const io_uring_cqe& completion) {
  if (completion.res == -ENOBUFS) buffers_.lend_all();
  const bool has_buffer = (completion.flags & IORING_CQE_F_BUFFER) != 0;
  const Bytes bytes = has_buffer ? buffers_.take(completion) : Bytes();
  if (UringStream** stream = streams_.find(ticket_of(completion))) {
    turn_.sources.serve(**stream, [&](UringStream& source) { source.handle_received(completion, bytes); });
  }
  if (has_buffer) buffers_.give_back(completion);
}

void UringLoop::serve_watched() {
  readiness_.wait(0);
  readiness_.serve(turn_.sources);
  watch_readiness();
}

void UringLoop::serve_backlog(const io_uring_cqe& completion) {
  std::unique_ptr<Backlog>* place = backlogs_.find(ticket_of(completion));
  DUPLEX_ASSERT(place != nullptr);
  Backlog& waiting = **place;
  if (completion.res > 0) waiting.consume(static_cast<std::size_t>(completion.res));
  const bool is_to_go_on = completion.res >= 0 || completion.res == -EINTR || completion.res == -EAGAIN;
  if (is_to_go_on && !waiting.bytes().empty()) return submit(waiting);
  const std::unique_ptr<Backlog> done = backlogs_.take(waiting.ticket);
  if (done->stream == nullptr) return close_later(std::move(done->socket));
  turn_.sources.serve(*done->stream, [&](UringStream& source) {
    if (completion.res < 0) {
      source.handle_backlog_failed(-completion.res);
    } else {
      source.handle_backlog_sent();
    }
  });
}

void UringLoop::unwatch(const Descriptor& descriptor, EventSource& source) {
  turn_.sources.forget(source);
  readiness_.unwatch(descriptor, source);
}

void UringLoop::receive(int socket, Ticket stream) {
  io_uring_sqe& entry = ring_.next_entry();
  io_uring_prep_recv(&entry, socket, nullptr, 0, 0);
  entry.ioprio |= IORING_RECV_MULTISHOT;
  entry.flags |= IOSQE_BUFFER_SELECT;
  entry.buf_group = ReceiveBuffers::group;
  entry.user_data = completion_name(Operation::receive, stream);
}

void UringLoop::watch_readable(int socket, Ticket stream) {
  poll(socket, POLLIN | POLLRDHUP, completion_name(Operation::readable, stream));
}

void UringLoop::watch_loss(int socket, Ticket stream) {
  // Errors are always reported. Unasked for, so is the peer's end of writing, and that again and again; which
  // is why this goes on after its first report.
  poll(socket, 0, completion_name(Operation::loss, stream));
}

void UringLoop::cancel(Operation operation, Ticket ticket) {
  io_uring_sqe& entry = ring_.next_entry();
  io_uring_prep_cancel64(&entry, completion_name(operation, ticket), 0);
  entry.flags |= IOSQE_CQE_SKIP_SUCCESS;
  entry.user_data = completion_name(Operation::unheard);
}

void UringLoop::poll(int descriptor, std::uint32_t events, std::uint64_t name) {
  io_uring_sqe& entry = ring_.next_entry();
  io_uring_prep_poll_multishot(&entry, descriptor, events);
  entry.user_data = name;
}

void UringLoop::watch_readiness() {
  // Once only: asked anew each time it also tells what one look has left, and no second look is needed.
  io_uring_sqe& entry = ring_.next_entry();
  io_uring_prep_poll_add(&entry, readiness_.descriptor().get(), POLLIN);
  entry.user_data = completion_name(Operation::watch);
}

void UringLoop::watch_wake() { poll(wake_.get(), POLLIN, completion_name(Operation::wake)); }

std::uint32_t UringLoop::add_backlog(std::unique_ptr<Backlog> backlog) {
  Backlog& added = *backlog;
  added.ticket = backlogs_.add(std::move(backlog));
  submit(added);
  return added.ticket.index;
}

void UringLoop::submit(Backlog& backlog) {
  const int socket = backlog.stream != nullptr ? backlog.stream->socket() : backlog.socket.get();
  io_uring_sqe& entry = ring_.next_entry();
  io_uring_prep_send(&entry, socket, backlog.bytes().data(), backlog.bytes().size(), MSG_NOSIGNAL);
  entry.user_data = completion_name(Operation::backlog, backlog.ticket);
}

void UringLoop::log(std::string_view line) const {
  if (log_) log_(line);
}

}  // namespace duplex::transport
