// Boost.Beast: one thread, asynchronous, as in its own examples.
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include "arguments.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;

class Session;

struct Shared {
  peers::Arguments arguments;
  std::set<Session*> subscribers;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Shared& shared) : stream_(std::move(socket)), shared_(shared) {
    stream_.next_layer().set_option(tcp::no_delay(true));
  }
  ~Session() { shared_.subscribers.erase(this); }

  void start() {
    http::async_read(stream_.next_layer(), buffer_, request_,
                     beast::bind_front_handler(&Session::on_request, shared_from_this()));
  }

  void deliver(std::shared_ptr<const std::string> text) {
    waiting_.push_back(std::move(text));
    if (waiting_.size() == 1) write_waiting();
  }

 private:
  void on_request(beast::error_code error, std::size_t) {
    if (error) return;
    websocket::permessage_deflate deflate;
    deflate.server_enable = shared_.arguments.compresses;
    deflate.server_no_context_takeover = deflate.client_no_context_takeover =
        !shared_.arguments.takes_context_over;
    stream_.set_option(deflate);
    stream_.auto_fragment(false);
    stream_.async_accept(request_, beast::bind_front_handler(&Session::on_accept, shared_from_this()));
  }

  void on_accept(beast::error_code error) {
    if (error) return;
    is_publisher_ = shared_.arguments.has_topics && request_.target() == "/pub";
    if (shared_.arguments.has_topics && request_.target() == "/sub") shared_.subscribers.insert(this);
    request_ = {};
    buffer_.clear();
    read();
  }

  void read() {
    stream_.async_read(buffer_, beast::bind_front_handler(&Session::on_read, shared_from_this()));
  }

  void on_read(beast::error_code error, std::size_t) {
    if (error) {
      shared_.subscribers.erase(this);
      return;
    }
    if (is_publisher_) return publish();
    stream_.text(stream_.got_text());
    stream_.async_write(buffer_.data(), beast::bind_front_handler(&Session::on_write, shared_from_this()));
  }

  void on_write(beast::error_code error, std::size_t) {
    if (error) return;
    buffer_.consume(buffer_.size());
    read();
  }

  void publish() {
    const auto text = std::make_shared<const std::string>(beast::buffers_to_string(buffer_.data()));
    buffer_.consume(buffer_.size());
    for (Session* subscriber : shared_.subscribers) subscriber->deliver(text);
    read();
  }

  void write_waiting() {
    stream_.text(true);
    stream_.async_write(asio::buffer(*waiting_.front()),
                        beast::bind_front_handler(&Session::on_delivered, shared_from_this()));
  }

  void on_delivered(beast::error_code error, std::size_t) {
    if (error) return;
    waiting_.pop_front();
    if (!waiting_.empty()) write_waiting();
  }

  websocket::stream<tcp::socket> stream_;
  Shared& shared_;
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  bool is_publisher_ = false;
  std::deque<std::shared_ptr<const std::string>> waiting_;
};

void accept_next(tcp::acceptor& acceptor, Shared& shared) {
  acceptor.async_accept([&acceptor, &shared](beast::error_code error, tcp::socket socket) {
    if (!error) std::make_shared<Session>(std::move(socket), shared)->start();
    accept_next(acceptor, shared);
  });
}

}  // namespace

int main(int argc, char** argv) {
  Shared shared{peers::parse_arguments(argc, argv), {}};
  asio::io_context context(1);
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), shared.arguments.port});
  accept_next(acceptor, shared);
  context.run();
}
