#include "chat/chat.hpp"

#include <sys/random.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <embedded/duplex_chat_page.hpp>

#include "chat/session/chat_handler.hpp"
#include "chat/session/message_writer.hpp"
#include "chat/store/sqlite/sqlite_store.hpp"

namespace duplex::chat {
namespace {

constexpr std::string_view subprotocol = "duplex.chat.v1";

class SystemClock final : public Clock {
 public:
  TimeMs steady_ms() const override { return since_epoch(std::chrono::steady_clock::now()); }
  TimeMs utc_ms() const override { return since_epoch(std::chrono::system_clock::now()); }

 private:
  template<class TimePoint>
  static TimeMs since_epoch(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  }
};

// A server that cannot make secrets must not run on.
void fill_with_random(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t filled = ::getrandom(bytes.data(), bytes.size(), 0);
    if (filled < 0 && errno != EINTR) throw std::runtime_error("getrandom failed");
    if (filled > 0) bytes = bytes.subspan(static_cast<std::size_t>(filled));
  }
}

// The page runs only what this server has sent, and talks to this server alone. 'self' in connect-src does
// not cover WebSockets in every browser, hence the schemes.
HeaderFields page_headers() {
  return {{"Content-Security-Policy",
           "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; "
           "frame-ancestors 'none'; form-action 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"}};
}

Limits connection_limits() {
  Limits limits;
  limits.message_bytes_max = frame_bytes_max;
  limits.outbox_bytes_max = outbox_bytes_max;
  return limits;
}

RouteOptions chat_route(const ChatOptions& options) {
  RouteOptions route;
  route.subprotocols = {std::string(subprotocol)};
  route.subprotocol_required = true;
  route.allowed_origins = options.allowed_origins;
  route.limits = connection_limits();
  route.overflow = OverflowPolicy::close;
  route.slow_consumer_code = static_cast<CloseCode>(ChatClose::slow_consumer);
  route.slow_consumer_farewell =
      write_bye(ChatClose::slow_consumer, "you read too slowly", retry_unavailable_ms);
  return route;
}

}  // namespace

std::filesystem::path default_data_directory() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return std::filesystem::path(data) / "duplex";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : "/") / ".local/share/duplex";
}

// Destroyed from the last to the first: the store ends while the server can still take its answers, and the
// server ends its connections while the hub can still hear of it.
struct ChatServer::Inner {
  SystemClock clock;
  std::unique_ptr<ServerBroadcast> broadcast;
  std::unique_ptr<Hub> hub;
  std::shared_ptr<ChatHandler> handler;  // shared, because the route takes it so
  std::unique_ptr<Server> server;
  std::unique_ptr<Store> store;

  explicit Inner(const ChatOptions& options) : server(make_server(options)) {}

  static std::unique_ptr<Server> make_server(const ChatOptions& options) {
    ServerOptions server_options;
    server_options.log = options.log;
    server_options.io = options.io;
    return std::make_unique<Server>(std::move(server_options));
  }

  Post post() {
    return [this](std::function<void()> work) {
      server->post([this, work = std::move(work)] {
        work();
        handler->plan();
      });
    };
  }

  std::optional<Error> open_store(const ChatOptions& options) {
    SqliteStoreOptions store_options;
    store_options.folder = options.data_directory.empty() ? default_data_directory() : options.data_directory;
    store_options.post = post();
    store_options.random = fill_with_random;
    auto opened = open_sqlite_store(std::move(store_options));
    if (!opened) return opened.error();
    store = std::move(*opened);
    return std::nullopt;
  }

  void serve(const ChatOptions& options) {
    broadcast = std::make_unique<ServerBroadcast>(*server);
    hub = std::make_unique<Hub>(options.session, *store, clock, *broadcast, fill_with_random);
    handler = std::make_shared<ChatHandler>(*server, *hub, clock);
    server->route("/chat", handler, chat_route(options));
    server->get("/healthz", [](const duplex::Request&) { return Response(200, "ok\n"); });
    if (options.web_directory.empty()) {
      server->assets(page_assets(), page_headers());
    } else {
      server->folder(options.web_directory.string(), page_headers());
    }
    server->on_drain([this] { hub->drain(); });
    if (options.tls) {
      server->listen_tls(options.host, options.port, *options.tls);
    } else {
      server->listen(options.host, options.port);
    }
  }
};

ChatServer::ChatServer(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
ChatServer::~ChatServer() = default;

duplex::Result<std::unique_ptr<ChatServer>> ChatServer::open(ChatOptions options) {
  auto inner = std::make_unique<Inner>(options);
  if (const auto error = inner->open_store(options))
    return duplex::Error(ErrorKind::environment, error->message);
  inner->serve(options);
  if (auto error = inner->server->listening_error()) return *error;
  return std::unique_ptr<ChatServer>(new ChatServer(std::move(inner)));
}

std::uint16_t ChatServer::port() const { return inner_->server->port(); }
int ChatServer::run() { return inner_->server->run(); }
void ChatServer::stop() { inner_->server->stop(); }
duplex::Server& ChatServer::server() { return *inner_->server; }

}  // namespace duplex::chat
