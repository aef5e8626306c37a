// websocketpp on Boost.Asio. It does not fragment, and its offer of permessage-deflate cannot be changed.
#include <map>
#include <memory>
#include <websocketpp/client.hpp>
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/config/asio_no_tls_client.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/server.hpp>

#include "contract.hpp"

namespace {

using contract::Message;
using websocketpp::connection_hdl;
namespace opcode = websocketpp::frame::opcode;

/// The library makes one for each connection itself, so that its wishes cannot be handed over.
std::string deflate_variant;

struct DeflateConfig {};

class Deflate : public websocketpp::extensions::permessage_deflate::enabled<DeflateConfig> {
 public:
  Deflate() {
    using websocketpp::extensions::permessage_deflate::mode::smallest;
    if (deflate_variant == "no-takeover") {
      enable_server_no_context_takeover();
      enable_client_no_context_takeover();
    } else if (deflate_variant == "small-window") {
      set_server_max_window_bits(10, smallest);
      set_client_max_window_bits(10, smallest);
    }
  }
  bool is_implemented() const { return !deflate_variant.empty(); }
};

struct ClientConfig : websocketpp::config::asio_client {
  using permessage_deflate_type = Deflate;
};

struct ServerConfig : websocketpp::config::asio {
  using permessage_deflate_type = Deflate;
};

using Client = websocketpp::client<ClientConfig>;
using Server = websocketpp::server<ServerConfig>;

constexpr std::size_t message_bytes_max = 1'073'741'824;

template<typename Connection>
class WebsocketppPeer final : public contract::Peer {
 public:
  explicit WebsocketppPeer(Connection& connection) : connection_(connection) {}

  void send(const Message& message) override { connection_.send(message.payload, opcode_of(message)); }
  void uncompressed(const Message& message) override {
    const auto outgoing = connection_.get_message(opcode_of(message), message.payload.size());
    outgoing->append_payload(message.payload);
    outgoing->set_compressed(false);
    connection_.send(outgoing);
  }
  void ping(const std::string& payload) override { connection_.ping(payload); }
  void close(unsigned code, const std::string& reason) override {
    connection_.close(static_cast<websocketpp::close::status::value>(code), reason);
  }

 private:
  static opcode::value opcode_of(const Message& message) {
    return message.is_text ? opcode::text : opcode::binary;
  }

  Connection& connection_;
};

template<typename Endpoint>
void configure(Endpoint& endpoint) {
  endpoint.clear_access_channels(websocketpp::log::alevel::all);
  endpoint.clear_error_channels(websocketpp::log::elevel::all);
  endpoint.set_max_message_size(message_bytes_max);
  endpoint.init_asio();
}

void run_client(const contract::Arguments& given) {
  Client client;
  configure(client);
  std::error_code error;
  const auto connection = client.get_connection(given.url, error);
  for (const auto& name : given.subprotocols) connection->add_subprotocol(name);
  for (const auto& [name, value] : given.headers) connection->append_header(name, value);
  if (!given.origin.empty()) connection->append_header("Origin", given.origin);

  WebsocketppPeer<Client::connection_type> peer(*connection);
  contract::Script script(peer, given.actions);
  connection->set_open_handler([&script](connection_hdl) { script.next(); });
  connection->set_message_handler([&script](connection_hdl, const Client::message_ptr& message) {
    script.heard(message->get_opcode() == opcode::text, message->get_payload());
  });
  connection->set_close_handler([&connection](connection_hdl) {
    contract::Script::ended(connection->get_remote_close_code(), connection->get_remote_close_reason());
  });
  client.connect(connection);
  client.run();
}

struct Session {
  explicit Session(const Server::connection_ptr& connection)
      : peer(*connection), echo(peer, connection->get_resource()) {}
  WebsocketppPeer<Server::connection_type> peer;
  contract::EchoSession echo;
};

void run_server(const contract::Arguments& given) {
  Server server;
  configure(server);
  std::map<connection_hdl, std::unique_ptr<Session>, std::owner_less<connection_hdl>> sessions;
  server.set_validate_handler([&](connection_hdl handle) {
    const auto connection = server.get_con_from_hdl(handle);
    for (const auto& offered : connection->get_requested_subprotocols()) {
      for (const auto& known : given.subprotocols) {
        if (offered == known) connection->select_subprotocol(known);
      }
    }
    return true;
  });
  server.set_open_handler([&](connection_hdl handle) {
    const auto& session =
        sessions.emplace(handle, std::make_unique<Session>(server.get_con_from_hdl(handle))).first->second;
    session->echo.opened();
  });
  server.set_message_handler([&](connection_hdl handle, const Server::message_ptr& message) {
    sessions.at(handle)->echo.heard({message->get_opcode() == opcode::text, message->get_payload()});
  });
  server.set_close_handler([&](connection_hdl handle) { sessions.erase(handle); });
  server.listen(
      websocketpp::lib::asio::ip::tcp::endpoint(websocketpp::lib::asio::ip::address_v4::loopback(), 0));
  server.start_accept();
  websocketpp::lib::asio::error_code error;
  contract::report_listening(server.get_local_endpoint(error).port());
  server.run();
}

}  // namespace

int main(int argc, char** argv) {
  const contract::Arguments given = contract::parse_arguments(argc, argv);
  deflate_variant = given.deflate;
  if (given.role == "client") {
    run_client(given);
  } else {
    run_server(given);
  }
}
