#include <duplex/server.hpp>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "connection/mailbox.hpp"
#include "server/files.hpp"
#include "server/inner.hpp"

namespace duplex {

namespace {

/// Without an event loop there is no server, and a constructor has no other way to say so.
std::shared_ptr<transport::Loop> make_loop(const Log& log) {
  auto loop = transport::make_epoll_loop([log](std::string_view text) {
    if (log) log(LogLevel::warning, text);
  });
  if (loop) return std::move(*loop);
  std::fprintf(stderr, "duplex: %s\n", loop.error().message.c_str());
  std::abort();
}

}  // namespace

Server::Server(ServerOptions options) {
  auto loop = make_loop(options.log);
  inner_ = std::make_unique<Inner>(std::move(options), std::move(loop));
}

Server::Server(ServerOptions options, std::shared_ptr<transport::Loop> loop)
    : inner_(std::make_unique<Inner>(std::move(options), std::move(loop))) {}

Server::~Server() = default;

Server& Server::route(std::string pattern, Session session, RouteOptions options) {
  connection::Terms terms;
  terms.session = std::move(session);
  inner_->add_web_socket(pattern, std::move(terms), std::move(options));
  return *this;
}

Server& Server::route(std::string pattern, std::shared_ptr<Handler> handler, RouteOptions options) {
  connection::Terms terms;
  terms.handler = std::move(handler);
  inner_->add_web_socket(pattern, std::move(terms), std::move(options));
  return *this;
}

Server& Server::get(std::string pattern, HttpHandler handler) {
  return http("GET", std::move(pattern), std::move(handler));
}

Server& Server::http(std::string method, std::string pattern, HttpHandler handler) {
  inner_->add_http(method, pattern, std::move(handler));
  return *this;
}

Server& Server::assets(std::vector<Asset> files, HeaderFields headers) {
  for (Asset& file : files) {
    const std::string path = file.path;
    const HttpHandler handler = server::serve_asset(std::move(file), headers);
    if (path == "/index.html") get("/", handler);
    get(path, handler);
  }
  return *this;
}

Server& Server::folder(std::string directory, HeaderFields headers) {
  return get("/*", server::serve_folder(std::move(directory), std::move(headers)));
}

Server& Server::listen(std::string host, std::uint16_t port) {
  inner_->listen(host, port);
  return *this;
}

std::optional<Error> Server::listening_error() const { return inner_->startup_error(); }

std::uint16_t Server::port() const { return inner_->port(); }

int Server::run() { return inner_->run(); }

void Server::stop() {
  inner_->post([inner = inner_.get()] { inner->begin_drain(); });
}

Server& Server::on_drain(std::function<void()> callback) {
  inner_->set_on_drain(std::move(callback));
  return *this;
}

Handle Server::find(ConnectionId id) const { return inner_->roster().handle_of(id); }

SendVerdict Server::publish(std::string_view topic, MessageType type, ConstBytes payload) {
  return inner_->roster().mailbox()->publish(topic, type, payload);
}

void Server::post(std::function<void()> work) { inner_->post(std::move(work)); }

Alarm Server::after(std::chrono::milliseconds delay, std::function<void()> work) {
  return inner_->plan(delay, Alarm::State::Repeat::once, std::move(work));
}

Alarm Server::every(std::chrono::milliseconds interval, std::function<void()> work) {
  return inner_->plan(interval, Alarm::State::Repeat::forever, std::move(work));
}

std::chrono::steady_clock::time_point Server::now() const { return inner_->now(); }

std::size_t Server::connection_count() const { return inner_->roster().count(); }

}  // namespace duplex
