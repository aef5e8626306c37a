// What a server serves, whoever asks and on whichever loop.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <duplex/server.hpp>

#include "connection/terms.hpp"
#include "server/routes.hpp"

namespace duplex::server {

/// Options and routes, and the plain answers that follow from them. Filled before the server runs; from then
/// on all loops read it at the same time, and it never changes.
class Site {
 public:
  explicit Site(ServerOptions options) : options_(std::move(options)) {}

  void add_web_socket(const std::string& pattern, connection::Terms terms, RouteOptions options);
  void add_http(const std::string& method, const std::string& pattern, HttpHandler handler);
  /// What was wrong with the routes.
  const std::optional<Error>& error() const { return error_; }

  const ServerOptions& options() const { return options_; }
  const Routes& routes() const { return routes_; }
  HeaderFields standard_headers() const;

  /// Is there anyone who wants this request's body?
  bool takes_body(const Request& request) const;
  /// A plain answer.
  Response answer(const Request& request) const;
  /// The answer when the application's code has thrown, which is logged.
  Response failed(const Request& request, std::string_view what) const;
  void log_refusal(const Request& request, const Response& refusal) const;
  void log(LogLevel level, std::string_view text) const {
    if (options_.log) options_.log(level, text);
  }

 private:
  const ServerOptions options_;
  Routes routes_;
  std::optional<Error> error_;
};

}  // namespace duplex::server
