// libwebsockets: one thread, and it writes only when it says that it can.
#include <libwebsockets.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>

#include "contract.hpp"

namespace {

using contract::Message;

/// What waits to be written, and what has come of a message. Lives beside a connection of the library.
class LwsPeer final : public contract::Peer {
 public:
  explicit LwsPeer(lws* connection) : connection_(connection) {}

  void send(const Message& message) override { queue(message.payload, kind_of(message)); }
  void fragments(const Message& message) override {
    const auto parts = contract::thirds(message.payload);
    queue(parts[0], kind_of(message) | LWS_WRITE_NO_FIN);
    queue(parts[1], LWS_WRITE_CONTINUATION | LWS_WRITE_NO_FIN);
    queue(parts[2], LWS_WRITE_CONTINUATION);
  }
  void ping(const std::string& payload) override { queue(payload, LWS_WRITE_PING); }
  void close(unsigned code, const std::string& reason) override {
    std::string copy = reason;
    lws_close_reason(connection_, static_cast<lws_close_status>(code),
                     reinterpret_cast<unsigned char*>(copy.data()), copy.size());
    is_closing_ = true;
    lws_callback_on_writable(connection_);
  }

  /// What the callback returns: anything but 0 closes.
  int writable() {
    if (waiting_.empty()) return is_closing_ ? -1 : 0;
    const auto [payload, how] = waiting_.front();
    waiting_.pop_front();
    std::string padded(LWS_PRE, '\0');
    padded += payload;
    const int written = lws_write(connection_, reinterpret_cast<unsigned char*>(padded.data()) + LWS_PRE,
                                  payload.size(), static_cast<lws_write_protocol>(how));
    if (written < 0) return -1;
    if (!waiting_.empty() || is_closing_) lws_callback_on_writable(connection_);
    return 0;
  }

  /// Whether a message has come in full; it is then in `incoming`.
  bool take(const void* bytes, std::size_t count) {
    if (lws_is_first_fragment(connection_) != 0) incoming = {};
    incoming.is_text = lws_frame_is_binary(connection_) == 0;
    incoming.payload.append(static_cast<const char*>(bytes), count);
    return lws_is_final_fragment(connection_) != 0 && lws_remaining_packet_payload(connection_) == 0;
  }

  Message incoming;
  unsigned close_code = 1006;
  std::string close_reason;

 private:
  struct Write {
    std::string payload;
    int how;
  };

  static int kind_of(const Message& message) { return message.is_text ? LWS_WRITE_TEXT : LWS_WRITE_BINARY; }

  void queue(const std::string& payload, int how) {
    waiting_.push_back({payload, how});
    lws_callback_on_writable(connection_);
  }

  lws* connection_;
  std::deque<Write> waiting_;
  bool is_closing_ = false;
};

void take_close(LwsPeer& peer, const unsigned char* payload, std::size_t bytes) {
  peer.close_code = bytes < 2 ? 1005U : payload[0] * 256U + payload[1];
  if (bytes > 2) peer.close_reason.assign(reinterpret_cast<const char*>(payload) + 2, bytes - 2);
}

// --- the client

struct Client {
  contract::Arguments given;
  std::unique_ptr<LwsPeer> peer;
  std::unique_ptr<contract::Script> script;
  bool has_ended = false;
};

void add_header(lws* connection, const std::string& name, const std::string& value, void* in,
                std::size_t room) {
  auto** at = static_cast<unsigned char**>(in);
  const auto bytes_of = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.c_str());
  };
  if (lws_add_http_header_by_name(connection, bytes_of(name + ":"), bytes_of(value),
                                  static_cast<int>(value.size()), at, *at + room) != 0) {
    contract::report("{\"event\":\"failed\",\"message\":\"no room for headers\"}");
  }
}

/// Its own way to set an origin would put a scheme in front of ours.
void add_headers(lws* connection, const contract::Arguments& given, void* in, std::size_t room) {
  if (!given.origin.empty()) add_header(connection, "Origin", given.origin, in, room);
  for (const auto& [name, value] : given.headers) add_header(connection, name, value, in, room);
}

int on_client_event(lws* connection, lws_callback_reasons reason, void* /*user*/, void* in,
                    std::size_t bytes) {
  auto* client = static_cast<Client*>(lws_context_user(lws_get_context(connection)));
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
      add_headers(connection, client->given, in, bytes);
      return 0;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      client->peer = std::make_unique<LwsPeer>(connection);
      client->script = std::make_unique<contract::Script>(*client->peer, client->given.actions);
      client->script->next();
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      if (client->peer->take(in, bytes)) {
        const Message message = std::move(client->peer->incoming);
        client->script->heard(message.is_text, message.payload);
      }
      return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      return client->peer ? client->peer->writable() : 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      take_close(*client->peer, static_cast<unsigned char*>(in), bytes);
      return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
      contract::Script::ended(client->peer->close_code, client->peer->close_reason);
      client->has_ended = true;
      return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      client->has_ended = true;
      return 0;
    default:
      return 0;
  }
}

// --- the server

struct Session {
  Session(lws* connection, const std::string& path) : peer(connection), echo(peer, path) {}
  LwsPeer peer;
  contract::EchoSession echo;
};

std::string path_of(lws* connection) {
  char path[64] = "";
  lws_hdr_copy(connection, path, sizeof path, WSI_TOKEN_GET_URI);
  return path;
}

int on_server_event(lws* connection, lws_callback_reasons reason, void* user, void* in, std::size_t bytes) {
  auto* session = static_cast<Session**>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      *session = new Session(connection, path_of(connection));
      (*session)->echo.opened();
      return 0;
    case LWS_CALLBACK_RECEIVE:
      if ((*session)->peer.take(in, bytes)) (*session)->echo.heard((*session)->peer.incoming);
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return (*session)->peer.writable();
    case LWS_CALLBACK_CLOSED:
      delete *session;
      return 0;
    default:
      return 0;
  }
}

// --- both

const char* offer_of(const std::string& deflate) {
  if (deflate == "no-takeover") {
    return "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  }
  if (deflate == "small-window") {
    return "permessage-deflate; server_max_window_bits=10; client_max_window_bits=10";
  }
  return "permessage-deflate; client_max_window_bits";
}

constexpr std::size_t receive_bytes = 65'536;

struct Setup {
  Setup(const contract::Arguments& given, lws_callback_function* callback, void* user) {
    lws_set_log_level(LLL_ERR, nullptr);
    const std::string name = given.subprotocols.empty() ? "none" : given.subprotocols.front();
    std::snprintf(protocol_name, sizeof protocol_name, "%s", name.c_str());
    protocols[0] = {protocol_name, callback, sizeof(void*), receive_bytes, 0, nullptr, 0};
    extensions[0] = {"permessage-deflate", lws_extension_callback_pm_deflate, offer_of(given.deflate)};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = protocols;
    info.extensions = given.deflate.empty() ? nullptr : extensions;
    info.user = user;
    info.gid = static_cast<gid_t>(-1);
    info.uid = static_cast<uid_t>(-1);
  }

  char protocol_name[64] = "";
  lws_protocols protocols[2] = {};
  lws_extension extensions[2] = {};
  lws_context_creation_info info = {};
};

void run_client(const contract::Arguments& given) {
  Client client{given, nullptr, nullptr};
  Setup setup(given, on_client_event, &client);
  lws_context* context = lws_create_context(&setup.info);

  const std::size_t slash = given.url.find('/', 5);
  const std::string authority = given.url.substr(5, slash - 5);
  const std::string host = authority.substr(0, authority.find(':'));
  const std::string path = given.url.substr(slash);
  std::string offer;
  for (const auto& name : given.subprotocols) offer += (offer.empty() ? "" : ", ") + name;
  lws_client_connect_info connect = {};
  connect.context = context;
  connect.address = host.c_str();
  connect.port = std::stoi(authority.substr(authority.find(':') + 1));
  connect.path = path.c_str();
  connect.host = authority.c_str();
  connect.protocol = offer.empty() ? nullptr : offer.c_str();
  connect.local_protocol_name = setup.protocol_name;
  lws_client_connect_via_info(&connect);
  while (!client.has_ended && lws_service(context, 0) >= 0) {
  }
  lws_context_destroy(context);
}

void run_server(const contract::Arguments& given) {
  Setup setup(given, on_server_event, nullptr);
  setup.info.port = 0;
  setup.info.iface = "127.0.0.1";
  lws_context* context = lws_create_context(&setup.info);
  contract::report_listening(
      static_cast<unsigned>(lws_get_vhost_listen_port(lws_get_vhost_by_name(context, "default"))));
  while (lws_service(context, 0) >= 0) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  const contract::Arguments given = contract::parse_arguments(argc, argv);
  if (given.role == "client") {
    run_client(given);
  } else {
    run_server(given);
  }
}
