// Boost.Beast: one thread, asynchronous, as in its own examples.
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "arguments.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;

using TlsStream = beast::ssl_stream<tcp::socket>;

struct Outgoing {
  std::string payload;
  bool is_text = true;
};

/// Of a stream that is a socket, or TLS on one.
template<typename Stream>
class Session;

template<typename Stream>
struct Shared {
  peers::Arguments arguments;
  std::set<Session<Stream>*> subscribers;
};

template<typename Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, Shared<Stream>& shared) : stream_(std::move(stream)), shared_(shared) {
    beast::get_lowest_layer(stream_).set_option(tcp::no_delay(true));
  }
  ~Session() { shared_.subscribers.erase(this); }

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.next_layer().async_handshake(asio::ssl::stream_base::server, bind(&Session::on_tls_handshake));
    } else {
      read_request();
    }
  }

  void deliver(std::shared_ptr<const Outgoing> message) {
    waiting_.push_back(std::move(message));
    if (waiting_.size() == 1) write_waiting();
  }

 private:
  template<typename Member>
  auto bind(Member member) {
    return beast::bind_front_handler(member, this->shared_from_this());
  }

  void on_tls_handshake(beast::error_code error) {
    if (!error) read_request();
  }

  void read_request() {
    http::async_read(stream_.next_layer(), buffer_, request_, bind(&Session::on_request));
  }

  void on_request(beast::error_code error, std::size_t) {
    if (error) return;
    websocket::permessage_deflate deflate;
    deflate.server_enable = shared_.arguments.compresses;
    deflate.server_no_context_takeover = deflate.client_no_context_takeover =
        !shared_.arguments.takes_context_over;
    stream_.set_option(deflate);
    stream_.auto_fragment(false);
    stream_.async_accept(request_, bind(&Session::on_accept));
  }

  void on_accept(beast::error_code error) {
    if (error) return;
    is_publisher_ = shared_.arguments.has_topics && request_.target() == "/pub";
    if (shared_.arguments.has_topics && request_.target() == "/sub") shared_.subscribers.insert(this);
    request_ = {};
    buffer_.clear();
    read();
  }

  void read() { stream_.async_read(buffer_, bind(&Session::on_read)); }

  void on_read(beast::error_code error, std::size_t) {
    if (error) {
      shared_.subscribers.erase(this);
      return;
    }
    if (is_publisher_) return publish();
    stream_.text(stream_.got_text());
    stream_.async_write(buffer_.data(), bind(&Session::on_write));
  }

  void on_write(beast::error_code error, std::size_t) {
    if (error) return;
    buffer_.consume(buffer_.size());
    read();
  }

  void publish() {
    const auto message = std::make_shared<const Outgoing>(
        Outgoing{beast::buffers_to_string(buffer_.data()), stream_.got_text()});
    buffer_.consume(buffer_.size());
    for (Session* subscriber : shared_.subscribers) subscriber->deliver(message);
    read();
  }

  void write_waiting() {
    stream_.text(waiting_.front()->is_text);
    stream_.async_write(asio::buffer(waiting_.front()->payload), bind(&Session::on_delivered));
  }

  void on_delivered(beast::error_code error, std::size_t) {
    if (error) return;
    waiting_.pop_front();
    if (!waiting_.empty()) write_waiting();
  }

  websocket::stream<Stream> stream_;
  Shared<Stream>& shared_;
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  bool is_publisher_ = false;
  std::deque<std::shared_ptr<const Outgoing>> waiting_;
};

/// `add_layers` makes the session's stream of a socket.
template<typename Stream, typename AddLayers>
void accept_next(tcp::acceptor& acceptor, Shared<Stream>& shared, const AddLayers& add_layers) {
  acceptor.async_accept([&](beast::error_code error, tcp::socket socket) {
    if (!error) std::make_shared<Session<Stream>>(add_layers(std::move(socket)), shared)->start();
    accept_next(acceptor, shared, add_layers);
  });
}

template<typename AddLayers>
void serve(const peers::Arguments& arguments, const AddLayers& add_layers) {
  using Stream = decltype(add_layers(std::declval<tcp::socket>()));
  Shared<Stream> shared{arguments, {}};
  asio::io_context context(1);
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), arguments.port});
  accept_next(acceptor, shared, add_layers);
  context.run();
}

void serve_with_tls(const peers::Arguments& arguments) {
  asio::ssl::context tls(asio::ssl::context::tls_server);
  tls.use_certificate_chain_file(arguments.tls_certificate);
  tls.use_private_key_file(arguments.tls_key, asio::ssl::context::pem);
  serve(arguments, [&tls](tcp::socket socket) { return TlsStream(std::move(socket), tls); });
}

}  // namespace

int main(int argc, char** argv) {
  const peers::Arguments arguments = peers::parse_arguments(argc, argv);
  if (arguments.has_tls()) {
    serve_with_tls(arguments);
  } else {
    serve(arguments, [](tcp::socket socket) { return socket; });
  }
}
