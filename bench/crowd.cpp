#include "crowd.hpp"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace duplex::bench {
namespace {

constexpr std::size_t receive_bytes_max = 65'536;
constexpr std::size_t events_max = 512;
constexpr int wait_ms_max = 100;
constexpr in_addr_t first_address = 0x7f000002;  // 127.0.0.2; the server has 127.0.0.1

void bind_to(int descriptor, in_addr_t address) {
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(address);
  const int on = 1;
  // The port is chosen when it is known where to, so that ports count for each pair of addresses.
  setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) die("bind");
}

}  // namespace

Crowd::Crowd(const CrowdOptions& options)
    : options_(options),
      request_(upgrade_request(options.port, options.path, {})),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(receive_bytes_max) {}

Crowd::~Crowd() {
  for (const Member& member : members_) {
    if (member.descriptor >= 0) close(member.descriptor);
  }
}

bool Crowd::begin() {
  members_.emplace_back();
  if (connect(members_.size() - 1)) return true;
  members_.pop_back();
  return false;
}

bool Crowd::connect(std::size_t number) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  bind_to(descriptor, first_address + static_cast<in_addr_t>(number / options_.connections_per_address));
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in server = loopback(options_.port);
  const bool is_begun =
      ::connect(descriptor, reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0 ||
      errno == EINPROGRESS;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.u64 = number;
  if (!is_begun || epoll_ctl(epoll_.descriptor(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    const int reason = errno;
    close(descriptor);
    errno = reason;
    return false;
  }
  members_[number] = {.descriptor = descriptor};
  return true;
}

void Crowd::begin_again(std::size_t number) {
  Member& member = members_[number];
  if (member.state == State::open) --open_;
  end_at_once(member.descriptor);
  close(member.descriptor);
  if (!connect(number)) die("connect again");
}

void Crowd::turn() {
  std::array<epoll_event, events_max> events;
  const int count =
      epoll_wait(epoll_.descriptor(), events.data(), events.size(), options_.spins ? 0 : wait_ms_max);
  for (int index = 0; index < count; ++index) {
    const epoll_event& event = events[static_cast<std::size_t>(index)];
    handle(event.events, event.data.u64);
  }
}

void Crowd::handle(std::uint32_t events, std::size_t number) {
  Member& member = members_[number];
  if (member.state == State::connecting) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) return refuse(number);
    if ((events & EPOLLOUT) != 0) ask(number);
  }
  if (member.state == State::asking && (events & ~EPOLLOUT) != 0) return receive_answer(number);
  if (member.state == State::open && (events & ~EPOLLOUT) != 0) receive_expected(member);
}

void Crowd::ask(std::size_t number) {
  Member& member = members_[number];
  member.state = State::asking;
  const ssize_t sent = send(member.descriptor, request_.data(), request_.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request_.size())) refuse(number);
}

void Crowd::receive_answer(std::size_t number) {
  Member& member = members_[number];
  const ssize_t received = recv(member.descriptor, buffer_.data(), buffer_.size(), 0);
  if (received < 0 && errno == EAGAIN) return;
  if (received <= 0) return refuse(number);
  std::string answer = std::move(partial_answers_[number]);
  partial_answers_.erase(number);
  answer.append(buffer_.data(), static_cast<std::size_t>(received));
  // A bare echo answers with the request.
  const std::string_view wanted =
      options_.framing == Framing::raw ? std::string_view(request_) : "HTTP/1.1 101 ";
  if (!answer.ends_with("\r\n\r\n")) {
    partial_answers_[number] = std::move(answer);
    return;
  }
  if (!answer.starts_with(wanted)) quit("not a 101: " + answer.substr(0, answer.find('\r')));
  member.state = State::open;
  ++open_;
  if (opened) opened(number);
}

void Crowd::expect(std::string bytes) {
  expected_ = std::move(bytes);
  served_ = 0;
  for (Member& member : members_) member.received_bytes = 0;
}

void Crowd::receive_expected(Member& member) {
  const ssize_t received = recv(member.descriptor, buffer_.data(), buffer_.size(), 0);
  if (received < 0 && errno == EAGAIN) return;
  if (received <= 0) quit("the server ended a connection");
  std::string_view bytes(buffer_.data(), static_cast<std::size_t>(received));
  while (!bytes.empty()) {
    if (answer_ping(member, bytes)) continue;
    if (std::string_view(expected_).substr(member.received_bytes, bytes.size()) != bytes) {
      quit("the server sent something else than what was expected");
    }
    member.received_bytes += static_cast<std::uint32_t>(bytes.size());
    if (member.received_bytes == expected_.size()) ++served_;
    return;
  }
}

bool Crowd::answer_ping(const Member& member, std::string_view& bytes) {
  constexpr char ping = '\x89';
  constexpr char pong = '\x8a';
  if (bytes.size() < 2 || bytes[0] != ping) return false;
  const auto payload_bytes = static_cast<std::size_t>(bytes[1]);
  if (bytes.size() < 2 + payload_bytes) quit("a Ping came in pieces");
  // Masked with a key of zeros, which hides nothing.
  const std::string answer = {pong, static_cast<char>(0x80 | payload_bytes), 0, 0, 0, 0};
  const std::string frame = answer + std::string(bytes.substr(2, payload_bytes));
  // What a dead connection does not take shows when it is read.
  send(member.descriptor, frame.data(), frame.size(), MSG_NOSIGNAL);
  bytes.remove_prefix(2 + payload_bytes);
  return true;
}

void Crowd::refuse(std::size_t number) {
  Member& member = members_[number];
  close(std::exchange(member.descriptor, -1));
  member.state = State::gone;
  ++refused_;
}

}  // namespace duplex::bench
