#include "world.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "handshake/key.hpp"
#include "tls/secured_loop.hpp"

namespace duplex::testing {

RawPeer::RawPeer(transport::Loop& loop, std::uint16_t port)
    : connecting_(loop.connect({"127.0.0.1", port}, *this)) {}

RawPeer::RawPeer(std::unique_ptr<transport::Stream> stream) { handle_connected(std::move(stream)); }

void RawPeer::handle_connected(std::unique_ptr<transport::Stream> stream) {
  stream_ = std::move(stream);
  stream_->set_listener(*this);
}

void RawPeer::handle_connect_failed(const Error& error) { ADD_FAILURE() << error.message; }

std::string RawPeer::take_head() {
  const std::size_t end = heard_.find("\r\n\r\n") + 4;
  const std::string head = heard_.substr(0, end);
  heard_.erase(0, end);  // frames may have come right behind it
  return head;
}

void RawPeer::stop_reading() { stream_->pause_reading(); }

void RawPeer::send(std::string_view bytes) {
  unsent_ += bytes;
  if (unsent_.empty() || !stream_) return;
  const ConstBytes piece = as_bytes(unsent_);
  unsent_.erase(0, stream_->write({&piece, 1}));
}

RawServer::RawServer(transport::Loop& loop, std::string host) : host_(std::move(host)) {
  auto listener = loop.listen({host_, 0}, *this);
  EXPECT_TRUE(listener);
  if (listener) listener_ = std::move(*listener);
}

void RawServer::handle_accept(std::unique_ptr<transport::Stream> stream) {
  peers_.push_back(std::make_unique<RawPeer>(std::move(stream)));
}

World::World() {
  if (GetParam() == Transport::memory || GetParam() == Transport::tls_over_memory) {
    auto memory = std::make_shared<transport::MemoryLoop>();
    memory_ = memory.get();
    loop_ = std::move(memory);
  } else {
    const bool is_uring = GetParam() == Transport::uring || GetParam() == Transport::tls_over_uring;
    auto chosen = transport::make_loop(is_uring ? Io::uring : Io::epoll);
    if (!chosen) {
      unavailable_ = chosen.error().message;
      return;
    }
    loop_ = std::move(chosen->loop);
  }
  if (is_in_tls()) loop_ = std::make_shared<tls::testing::SecuredLoop>(loop_);
  server_options_.log = [this](LogLevel, std::string_view text) { log_.emplace_back(text); };
  ClientOptions client_options;
  client_options.log = server_options_.log;
  client_ = std::make_unique<Client>(std::move(client_options), loop_);
}

World::~World() = default;

void World::SetUp() {
  if (!loop_) GTEST_SKIP() << unavailable_;
}

Server& World::server() {
  if (!server_) server_ = std::make_unique<Server>(server_options_, loop_);
  return *server_;
}

void World::open_server() {
  server().listen("127.0.0.1", 0);
  ASSERT_FALSE(server().listening_error());
}

std::string World::url(std::string_view path) const {
  return "ws://127.0.0.1:" + std::to_string(server_->port()) + std::string(path);
}

RawPeer& World::raw_peer() {
  RawPeer& peer = *raw_peers_.emplace_back(std::make_unique<RawPeer>(*loop_, server_->port()));
  until([&] { return peer.is_connected(); });
  return peer;
}

RawPeer& World::raw_web_socket(std::string_view path) {
  RawPeer& peer = raw_peer();
  peer.send(handshake_request(path));
  until([&] { return peer.heard().find("\r\n\r\n") != std::string::npos; });
  const std::string head = peer.take_head();
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
  return peer;
}

void World::until(const std::function<bool()>& done) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done()) {
    // In memory nothing can come from outside: standing still means that it will never happen.
    const bool moved = loop_->run_once(std::chrono::milliseconds(memory_ != nullptr ? 0 : 50));
    if (done()) return;
    ASSERT_TRUE(moved || memory_ == nullptr) << "nothing happens any more";
    ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "it took too long";
  }
}

void World::advance(std::chrono::milliseconds duration) { memory_->advance(duration); }

std::size_t World::times_logged(std::string_view part) const {
  const auto has_part = [&](const std::string& line) { return line.find(part) != std::string::npos; };
  return static_cast<std::size_t>(std::count_if(log_.begin(), log_.end(), has_part));
}

std::string handshake_request(std::string_view path, std::string_view more_headers) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
         std::string(more_headers) + "\r\n";
}

std::string handshake_response(std::string_view head, std::string_view more_headers) {
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  const std::size_t key = head.find(name) + name.size();
  const auto accept = handshake::accept_value(head.substr(key, head.find("\r\n", key) - key));
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         std::string(accept.begin(), accept.end()) + "\r\n" + std::string(more_headers) + "\r\n";
}

namespace {

std::string frame(std::uint8_t first_byte, std::string_view payload, std::uint8_t mask_bit) {
  std::string bytes(1, static_cast<char>(first_byte));
  const auto add = [&bytes](std::uint64_t value, int count) {
    for (int shift = (count - 1) * 8; shift >= 0; shift -= 8)
      bytes += static_cast<char>(value >> shift & 0xff);
  };
  if (payload.size() < 126) {
    add(mask_bit | payload.size(), 1);
  } else if (payload.size() < 65536) {
    add(mask_bit | 126U, 1);
    add(payload.size(), 2);
  } else {
    add(mask_bit | 127U, 1);
    add(payload.size(), 8);
  }
  if (mask_bit != 0) bytes.append(4, '\0');
  return bytes += payload;
}

}  // namespace

std::string masked(std::uint8_t first_byte, std::string_view payload) {
  return frame(first_byte, payload, 0x80);
}
std::string unmasked(std::uint8_t first_byte, std::string_view payload) {
  return frame(first_byte, payload, 0);
}

std::string close_body(std::uint16_t code, std::string_view reason) {
  std::string body{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return body += reason;
}

std::string name_of(const ::testing::TestParamInfo<Transport>& info) {
  switch (info.param) {
    case Transport::memory:
      return "memory";
    case Transport::epoll:
      return "epoll";
    case Transport::uring:
      return "uring";
    case Transport::tls_over_memory:
      return "tls_over_memory";
    case Transport::tls_over_epoll:
      return "tls_over_epoll";
    case Transport::tls_over_uring:
      break;
  }
  return "tls_over_uring";
}

}  // namespace duplex::testing
