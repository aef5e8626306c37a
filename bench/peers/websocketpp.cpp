// websocketpp on Boost.Asio: one thread, as in its own examples.
#include <map>
#include <set>
#include <string>

#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/server.hpp>

#include "arguments.hpp"

namespace {

using websocketpp::connection_hdl;

/// The library makes one Deflate for each connection itself, so that wishes cannot be handed over.
peers::Arguments arguments;

struct DeflateConfig {};

class Deflate : public websocketpp::extensions::permessage_deflate::enabled<DeflateConfig> {
 public:
  Deflate() {
    if (arguments.takes_context_over) return;
    enable_server_no_context_takeover();
    enable_client_no_context_takeover();
  }
  bool is_implemented() const { return arguments.compresses; }
};

struct Config : websocketpp::config::asio {
  using permessage_deflate_type = Deflate;
};

using Server = websocketpp::server<Config>;

constexpr int backlog = 4096;

class EchoServer {
 public:
  EchoServer() {
    server_.clear_access_channels(websocketpp::log::alevel::all);
    server_.clear_error_channels(websocketpp::log::elevel::all);
    server_.init_asio();
    server_.set_reuse_addr(true);
    server_.set_listen_backlog(backlog);
    server_.set_open_handler([this](connection_hdl peer) { opened(peer); });
    server_.set_close_handler([this](connection_hdl peer) { subscribers_.erase(peer); });
    server_.set_message_handler(
        [this](connection_hdl peer, Server::message_ptr message) { heard(peer, message); });
  }

  void run() {
    namespace ip = websocketpp::lib::asio::ip;
    server_.listen(ip::tcp::endpoint(ip::address_v4::loopback(), arguments.port));
    server_.start_accept();
    server_.run();
  }

 private:
  bool is_on(const connection_hdl& peer, const char* path) {
    return arguments.has_topics && server_.get_con_from_hdl(peer)->get_resource() == path;
  }

  void opened(const connection_hdl& peer) {
    server_.get_con_from_hdl(peer)->get_raw_socket().set_option(
        websocketpp::lib::asio::ip::tcp::no_delay(true));
    if (is_on(peer, "/sub")) subscribers_.insert(peer);
  }

  void heard(const connection_hdl& peer, const Server::message_ptr& message) {
    if (!is_on(peer, "/pub")) return server_.send(peer, message->get_payload(), message->get_opcode());
    for (const connection_hdl& subscriber : subscribers_) {
      server_.send(subscriber, message->get_payload(), message->get_opcode());
    }
  }

  Server server_;
  std::set<connection_hdl, std::owner_less<connection_hdl>> subscribers_;
};

}  // namespace

int main(int argc, char** argv) {
  arguments = peers::parse_arguments(argc, argv);
  if (arguments.has_tls()) peers::exit_with_usage();
  EchoServer().run();
}
