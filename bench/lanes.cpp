#include "lanes.hpp"

#include <errno.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

namespace duplex::bench {
namespace {

constexpr std::size_t receive_bytes_max = 1'048'576;
constexpr std::size_t events_max = 512;
constexpr std::size_t tape_messages_max = 64;
constexpr std::size_t tape_bytes_wanted = 1'048'576;
// Much more than a window holds, so that no message finds itself in it.
constexpr std::size_t compressed_messages = 512;
/// Of large messages one read in so many is compared, and the kernel throws the others away. Who touches
/// every byte pushes the server out of the cache that it shares with this program: with 1 MiB that alone
/// makes the server's messages a third dearer.
constexpr std::size_t looks_at_every = 8;
constexpr std::size_t looks_at_all_bytes_max = 65'536;
/// As many connections have every answer inflated. All of them would push the server out of the cache that
/// it shares with this program.
constexpr std::size_t inflating_lanes_max = 4;

std::size_t distinct_messages(const LoadOptions& options) {
  if (options.compression != Compression::none) return compressed_messages;
  const std::size_t affordable = std::max<std::size_t>(1, tape_bytes_wanted / options.payload_bytes);
  return std::max(options.depth, std::min(tape_messages_max, affordable));
}

std::vector<std::string> large_payloads(const LoadOptions& options) {
  if (options.large_connections == 0) return {};
  return make_payloads(options.payload, options.large_bytes, 1);
}

Offer offer_of(Compression compression) {
  switch (compression) {
    case Compression::without_takeover:
      return "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    case Compression::with_takeover:
      return "permessage-deflate; client_max_window_bits";
    case Compression::none:
      break;
  }
  return {};
}

}  // namespace

Lanes::Lanes(const LoadOptions& options, Completed completed)
    : options_(options),
      completed_(std::move(completed)),
      payloads_(make_payloads(options.payload, options.payload_bytes, distinct_messages(options))),
      tapes_(make_tapes(options.framing, payloads_, options.payload)),
      large_tapes_(make_tapes(options.framing, large_payloads(options), options.payload)),
      compressed_(options.compression == Compression::none ? Tape({}) : make_compressed_tape(payloads_)),
      tls_(options.security == Security::tls ? make_client_context() : nullptr),
      looks_at_all_(tls_ || options.compression != Compression::none ||
                    options.payload_bytes < looks_at_all_bytes_max),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(receive_bytes_max) {
  // The kernel holds addresses of lanes. Of publishers there are no more than of subscribers.
  lanes_.reserve(2 * options.connections + options.large_connections);
}

void Lanes::open(std::size_t count, const std::string& path) {
  const bool compresses = options_.compression != Compression::none;
  for (; count > 0; --count) open_one(path, compresses ? compressed_ : tapes_.sent, make_answers());
}

void Lanes::open_large(std::size_t count, const std::string& path) {
  for (; count > 0; --count) {
    open_one(path, large_tapes_.sent, std::make_unique<TapeAnswers>(large_tapes_.expected));
  }
}

Lane& Lanes::open_one(const std::string& path, const Tape& sent, std::unique_ptr<Answers> answers) {
  Connection connection = connect();
  if (options_.framing == Framing::websocket) {
    open_websocket(connection, options_.port, path, offer_of(options_.compression));
  }
  make_ready_for_load(connection.descriptor());
  Lane& lane = lanes_.emplace_back(std::move(connection), sent, std::move(answers), options_.depth);
  watch(EPOLL_CTL_ADD, lane, EPOLLIN);
  return lane;
}

Connection Lanes::connect() const {
  Socket socket = connect_to_loopback(options_.port);
  return tls_ ? Connection(std::move(socket), *tls_) : Connection(std::move(socket));
}

std::unique_ptr<Answers> Lanes::make_answers() const {
  if (options_.compression == Compression::none) return std::make_unique<TapeAnswers>(tapes_.expected);
  std::optional<Inflater> inflater;
  if (lanes_.size() < inflating_lanes_max) {
    const bool takes_over = options_.compression == Compression::with_takeover;
    inflater.emplace(takes_over ? Takeover::yes : Takeover::no);
  }
  return std::make_unique<CompressedAnswers>(payloads_, std::move(inflater));
}

void Lanes::send(Lane& lane, std::size_t messages, Clock::time_point now) {
  if (!lane.send_messages(messages, now)) watch(EPOLL_CTL_MOD, lane, EPOLLIN | EPOLLOUT);
}

void Lanes::run_for(double duration_s) {
  run_until([end = end_after(duration_s)] { return Clock::now() >= end; });
}

void Lanes::run_until(const std::function<bool()>& is_done) {
  while (!is_done()) turn();
}

void Lanes::turn() {
  // Without any event the end is still noticed in time.
  constexpr int wait_ms_max = 100;
  std::array<epoll_event, events_max> events;
  const int count =
      epoll_wait(epoll_.descriptor(), events.data(), events.size(), options_.spins ? 0 : wait_ms_max);
  for (int index = 0; index < count; ++index) {
    const epoll_event& event = events[static_cast<std::size_t>(index)];
    handle(event.events, *static_cast<Lane*>(event.data.ptr));
  }
}

void Lanes::handle(std::uint32_t events, Lane& lane) {
  if ((events & EPOLLOUT) != 0 && lane.send_waiting()) watch(EPOLL_CTL_MOD, lane, EPOLLIN);
  if ((events & ~EPOLLOUT) != 0) receive(lane);
}

void Lanes::receive(Lane& lane) {
  // A full buffer has more behind it: what waits is taken at once, so that the server can go on. What
  // OpenSSL has read ahead, no event would tell of.
  std::size_t received = buffer_.size();
  while (received == buffer_.size() || (tls_ && received > 0)) received = receive_some(lane);
}

std::size_t Lanes::receive_some(Lane& lane) {
  const bool looks = looks_at_all_ || reads_++ % looks_at_every == 0;
  const ssize_t received = looks ? lane.connection().receive(buffer_.data(), buffer_.size())
                                 : lane.connection().discard(buffer_.size());
  if (received < 0 && errno == EAGAIN) return 0;
  if (received == 0) quit("the server ended a connection");
  if (received < 0) die("receive");
  const auto bytes = static_cast<std::size_t>(received);
  bytes_received_ += bytes;
  const std::size_t messages = looks ? lane.receive({buffer_.data(), bytes}) : lane.skip(bytes);
  if (messages > 0) completed_(lane, messages, Clock::now());
  return bytes;
}

void Lanes::watch(int operation, Lane& lane, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &lane;
  if (epoll_ctl(epoll_.descriptor(), operation, lane.connection().descriptor(), &event) != 0)
    die("epoll_ctl");
}

}  // namespace duplex::bench
