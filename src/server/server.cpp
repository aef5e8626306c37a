#include <duplex/server.hpp>

#include <utility>

#include "base/assert.hpp"
#include "server/files.hpp"
#include "server/inner.hpp"
#include "server/loops.hpp"

namespace duplex {

Server::Server(ServerOptions options) {
  server::Loops loops = server::make_loops(options);
  inner_ = std::make_unique<Inner>(std::move(options), std::move(loops));
}

Server::Server(ServerOptions options, std::shared_ptr<transport::Loop> loop)
    : Server(std::move(options), std::vector{std::move(loop)}) {}

Server::Server(ServerOptions options, std::vector<std::shared_ptr<transport::Loop>> loops) {
  DUPLEX_ASSERT(!loops.empty());
  inner_ = std::make_unique<Inner>(std::move(options), server::Loops{std::move(loops), std::nullopt, {}});
}

Server::~Server() = default;

Server& Server::route(std::string pattern, Session session, RouteOptions options) {
  connection::Terms terms;
  terms.session = std::move(session);
  inner_->site().add_web_socket(pattern, std::move(terms), std::move(options));
  return *this;
}

Server& Server::route(std::string pattern, std::shared_ptr<Handler> handler, RouteOptions options) {
  connection::Terms terms;
  terms.handler = std::move(handler);
  inner_->site().add_web_socket(pattern, std::move(terms), std::move(options));
  return *this;
}

Server& Server::get(std::string pattern, HttpHandler handler) {
  return http("GET", std::move(pattern), std::move(handler));
}

Server& Server::http(std::string method, std::string pattern, HttpHandler handler) {
  inner_->site().add_http(method, pattern, std::move(handler));
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

Server& Server::listen_tls(std::string host, std::uint16_t port, TlsOptions options) {
  inner_->listen_tls(host, port, std::move(options));
  return *this;
}

Result<void> Server::reload_tls() { return inner_->reload_tls(); }

std::optional<Error> Server::listening_error() const { return inner_->startup_error(); }

std::uint16_t Server::port() const { return inner_->port(); }

int Server::run() { return inner_->run(); }

void Server::stop() { inner_->stop(); }

Server& Server::on_drain(std::function<void()> callback) {
  inner_->set_on_drain(std::move(callback));
  return *this;
}

Server& Server::on_signal(int number, std::function<void()> action) {
  inner_->watch_signal(number, std::move(action));
  return *this;
}

Handle Server::find(ConnectionId id) const { return inner_->find(id); }

SendVerdict Server::publish(std::string_view topic, MessageType type, ConstBytes payload) {
  return inner_->publish(topic, type, payload);
}

void Server::post(std::function<void()> work) { inner_->post(std::move(work)); }

Alarm Server::after(std::chrono::milliseconds delay, std::function<void()> work) {
  return inner_->plan(delay, Alarm::State::Repeat::once, std::move(work));
}

Alarm Server::every(std::chrono::milliseconds interval, std::function<void()> work) {
  return inner_->plan(interval, Alarm::State::Repeat::forever, std::move(work));
}

std::chrono::steady_clock::time_point Server::now() const { return inner_->now(); }

std::size_t Server::connection_count() const { return inner_->connection_count(); }

}  // namespace duplex
