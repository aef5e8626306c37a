// libwebsockets: one thread, and it writes only when it says that it can.
#include <cstring>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <libwebsockets.h>

#include "arguments.hpp"

namespace {

/// A message with the room in front of it that lws_write() wants for the header.
struct Outgoing {
  std::string bytes = std::string(LWS_PRE, '\0');
  lws_write_protocol kind = LWS_WRITE_TEXT;
};

struct Session {
  lws* connection = nullptr;
  bool is_publisher = false;
  std::unique_ptr<Outgoing> incoming;  // the message that is coming in
  std::deque<std::shared_ptr<Outgoing>> waiting;
};

struct Shared {
  peers::Arguments arguments;
  std::set<Session*> subscribers;
};

Shared& shared_of(lws* connection) {
  return *static_cast<Shared*>(lws_context_user(lws_get_context(connection)));
}

void deliver(Session& session, const std::shared_ptr<Outgoing>& message) {
  session.waiting.push_back(message);
  lws_callback_on_writable(session.connection);
}

void open(lws* connection, Session*& session) {
  Shared& shared = shared_of(connection);
  char path[64] = "";
  lws_hdr_copy(connection, path, sizeof path, WSI_TOKEN_GET_URI);
  session = new Session;
  session->connection = connection;
  session->is_publisher = shared.arguments.has_topics && std::string_view(path) == "/pub";
  if (shared.arguments.has_topics && std::string_view(path) == "/sub") shared.subscribers.insert(session);
}

void receive(Session& session, const void* bytes, std::size_t count) {
  if (!session.incoming) session.incoming = std::make_unique<Outgoing>();
  session.incoming->bytes.append(static_cast<const char*>(bytes), count);
  if (lws_is_final_fragment(session.connection) == 0 ||
      lws_remaining_packet_payload(session.connection) != 0) {
    return;
  }
  if (lws_frame_is_binary(session.connection) != 0) session.incoming->kind = LWS_WRITE_BINARY;
  const std::shared_ptr<Outgoing> message = std::move(session.incoming);
  if (!session.is_publisher) return deliver(session, message);
  for (Session* subscriber : shared_of(session.connection).subscribers) deliver(*subscriber, message);
}

/// What the callback returns: anything but 0 closes.
int write_next(Session& session) {
  if (session.waiting.empty()) return 0;
  const std::shared_ptr<Outgoing> message = std::move(session.waiting.front());
  session.waiting.pop_front();
  auto* payload = reinterpret_cast<unsigned char*>(message->bytes.data()) + LWS_PRE;
  if (lws_write(session.connection, payload, message->bytes.size() - LWS_PRE, message->kind) < 0) return -1;
  if (!session.waiting.empty()) lws_callback_on_writable(session.connection);
  return 0;
}

int on_event(lws* connection, lws_callback_reasons reason, void* user, void* in, std::size_t bytes) {
  auto* session = static_cast<Session**>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      open(connection, *session);
      return 0;
    case LWS_CALLBACK_RECEIVE:
      receive(**session, in, bytes);
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return write_next(**session);
    case LWS_CALLBACK_CLOSED:
      shared_of(connection).subscribers.erase(*session);
      delete *session;
      return 0;
    default:
      return 0;
  }
}

constexpr std::size_t receive_bytes = 65'536;

}  // namespace

int main(int argc, char** argv) {
  Shared shared{peers::parse_arguments(argc, argv), {}};
  lws_set_log_level(LLL_ERR, nullptr);
  const lws_protocols protocols[] = {{"echo", on_event, sizeof(Session*), receive_bytes, 0, nullptr, 0}, {}};
  const lws_extension extensions[] = {
      {"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate"}, {}};
  lws_context_creation_info info = {};
  info.port = shared.arguments.port;
  info.iface = "127.0.0.1";
  info.protocols = protocols;
  info.extensions = shared.arguments.compresses ? extensions : nullptr;
  info.pt_serv_buf_size = receive_bytes;
  info.user = &shared;
  if (shared.arguments.has_tls()) {
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.ssl_cert_filepath = shared.arguments.tls_certificate.c_str();
    info.ssl_private_key_filepath = shared.arguments.tls_key.c_str();
  }
  info.gid = static_cast<gid_t>(-1);
  info.uid = static_cast<uid_t>(-1);
  lws_context* context = lws_create_context(&info);
  if (context == nullptr) return 1;
  while (lws_service(context, 0) >= 0) {
  }
  lws_context_destroy(context);
}
