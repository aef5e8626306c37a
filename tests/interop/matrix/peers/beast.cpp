// Boost.Beast, with calls that block.
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <thread>

#include "contract.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using contract::Message;
using Stream = websocket::stream<tcp::socket>;

class BeastPeer final : public contract::Peer {
 public:
  explicit BeastPeer(Stream& stream) : stream_(stream) {}

  void send(const Message& message) override {
    stream_.text(message.is_text);
    stream_.write(asio::buffer(message.payload));
  }
  void fragments(const Message& message) override {
    stream_.text(message.is_text);
    const auto parts = contract::thirds(message.payload);
    for (const std::string& part : parts) stream_.write_some(&part == &parts.back(), asio::buffer(part));
  }
  void ping(const std::string& payload) override { stream_.ping(websocket::ping_data(payload)); }
  /// Reads until the other end has answered.
  void close(unsigned code, const std::string& reason) override {
    stream_.close(websocket::close_reason(static_cast<websocket::close_code>(code), reason));
  }

 private:
  Stream& stream_;
};

void configure(Stream& stream, const std::string& deflate) {
  websocket::permessage_deflate options;
  options.client_enable = options.server_enable = !deflate.empty();
  options.client_no_context_takeover = options.server_no_context_takeover = deflate == "no-takeover";
  if (deflate == "small-window") options.client_max_window_bits = options.server_max_window_bits = 10;
  stream.set_option(options);
  stream.read_message_max(0);
}

/// Until the connection has ended.
template<typename Heard>
void listen(Stream& stream, Heard heard) {
  beast::error_code error;
  for (beast::flat_buffer buffer; stream.is_open(); buffer.clear()) {
    stream.read(buffer, error);
    if (error) return;
    heard(Message{stream.got_text(), beast::buffers_to_string(buffer.data())});
  }
}

void run_client(const contract::Arguments& given) {
  const std::string authority = given.url.substr(5, given.url.find('/', 5) - 5);
  const std::string path = given.url.substr(given.url.find('/', 5));
  const std::size_t colon = authority.find(':');
  asio::io_context context;
  Stream stream(context);
  asio::connect(stream.next_layer(),
                tcp::resolver(context).resolve(authority.substr(0, colon), authority.substr(colon + 1)));
  configure(stream, given.deflate);
  stream.set_option(websocket::stream_base::decorator([&given](websocket::request_type& request) {
    if (!given.origin.empty()) request.set(http::field::origin, given.origin);
    for (const auto& [name, value] : given.headers) request.set(name, value);
    for (const auto& name : given.subprotocols) request.insert(http::field::sec_websocket_protocol, name);
  }));
  stream.handshake(authority, path);
  BeastPeer peer(stream);
  contract::Script script(peer, given.actions);
  script.next();
  listen(stream, [&script](const Message& message) { script.heard(message.is_text, message.payload); });
  contract::Script::ended(stream.reason().code, stream.reason().reason.c_str());
}

void serve(tcp::socket socket, const contract::Arguments& given) {
  beast::flat_buffer buffer;
  http::request<http::string_body> request;
  http::read(socket, buffer, request);
  Stream stream(std::move(socket));
  configure(stream, given.deflate);
  stream.set_option(websocket::stream_base::decorator([&](websocket::response_type& response) {
    http::token_list offered(request[http::field::sec_websocket_protocol]);
    for (const auto& name : given.subprotocols) {
      if (offered.exists(name)) response.set(http::field::sec_websocket_protocol, name);
    }
  }));
  stream.accept(request);
  BeastPeer peer(stream);
  contract::EchoSession session(peer, std::string(request.target()));
  session.opened();
  listen(stream, [&session](const Message& message) { session.heard(message); });
}

void run_server(const contract::Arguments& given) {
  asio::io_context context;
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  contract::report_listening(acceptor.local_endpoint().port());
  for (;;) {
    std::thread([socket = acceptor.accept(), &given]() mutable {
      try {
        serve(std::move(socket), given);
      } catch (const boost::system::system_error&) {  // the other end is gone
      }
    }).detach();
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
