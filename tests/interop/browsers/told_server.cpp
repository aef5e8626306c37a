// An echo server over the public headers alone that does what it is told by those who talk to it, and prints
// what it sees as one JSON object per line. For what `duplex echo` would never do by itself.
#include <any>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <duplex/server.hpp>
#include <nlohmann/json.hpp>

namespace {

using duplex::Connection;
using duplex::Message;
using Event = nlohmann::ordered_json;

/// What begins like this is an order; everything else is echoed.
constexpr char order_mark = '!';
/// Longer messages are told by their size.
constexpr std::size_t shown_bytes_max = 200;
constexpr std::size_t message_bytes_max = 16'777'216;
constexpr std::size_t frame_header_bytes_max = 14;

/// At once, as the suites wait for lines. What is no text in a pong does not matter to them.
void print(const Event& event) {
  std::cout << event.dump(-1, ' ', false, Event::error_handler_t::replace) << std::endl;
}

struct Traffic {
  std::size_t messages = 0;
  std::size_t bytes = 0;
};

/// Says what happens on its connections. `!close CODE REASON` and `!ping PAYLOAD` are obeyed.
class ToldHandler : public duplex::Handler {
 public:
  void open(Connection& peer) override {
    peer.data() = Traffic{};
    Event headers = Event::array();
    for (const auto& field : peer.request().headers) headers.push_back({field.name, field.value});
    print({{"event", "open"},
           {"path", peer.request().path},
           {"from", peer.remote_address()},
           {"subprotocol", peer.subprotocol()},
           {"headers", headers}});
  }

  void message(Connection& peer, const Message& message) override {
    auto& traffic = std::any_cast<Traffic&>(peer.data());
    traffic.messages += 1;
    traffic.bytes += message.payload().size();
    print_message(message);
    if (message.is_text() && message.text().starts_with(order_mark))
      obey(peer, std::string(message.text().substr(1)));
    else
      answer(peer, message);
  }

  void pong(Connection&, duplex::ConstBytes payload) override {
    print({{"event", "pong"}, {"text", duplex::as_text(payload)}});
  }

  void close(Connection& peer, const duplex::CloseStatus& status) override {
    const auto& traffic = std::any_cast<const Traffic&>(peer.data());
    print({{"event", "closed"},
           {"path", peer.request().path},
           {"code", static_cast<unsigned>(status.code)},
           {"reason", status.reason},
           {"clean", status.clean},
           {"messages", traffic.messages},
           {"bytes", traffic.bytes}});
  }

 protected:
  virtual void answer(Connection& peer, const Message& message) { peer.send(message); }

 private:
  static void print_message(const Message& message) {
    Event event = {{"event", "message"}, {"bytes", message.payload().size()}};
    if (message.is_text() && message.payload().size() <= shown_bytes_max) event["text"] = message.text();
    print(event);
  }

  static void obey(Connection& peer, const std::string& order) {
    std::istringstream words(order);
    std::string verb;
    words >> verb;
    if (verb == "close") {
      std::uint16_t code = 0;
      std::string reason;
      words >> code >> std::ws;
      std::getline(words, reason);
      peer.close(duplex::CloseCode{code}, reason);
    } else if (verb == "ping") {
      std::string payload;
      words >> payload;
      peer.ping(duplex::as_bytes(payload));
    } else {
      print({{"event", "misuse"}, {"verb", verb}});
    }
  }
};

/// Hears, and never says anything.
class SinkHandler final : public ToldHandler {
 protected:
  void answer(Connection&, const Message&) override {}
};

struct Arguments {
  std::uint16_t port = 0;
  std::int64_t ping_interval_ms = 25'000;
};

void describe(CLI::App& command_line, Arguments& arguments) {
  command_line.add_option("--port", arguments.port, "0 takes a free one");
  command_line.add_option("--ping-interval-ms", arguments.ping_interval_ms, "0: no pings");
}

duplex::ServerOptions server_options(const Arguments& arguments) {
  duplex::ServerOptions options;
  options.limits.ping_interval = std::chrono::milliseconds(arguments.ping_interval_ms);
  options.limits.message_bytes_max = message_bytes_max;
  options.limits.outbox_bytes_max = message_bytes_max + frame_header_bytes_max;
  return options;
}

/// The only subprotocol that is spoken here; who offers others alone gets none.
duplex::RouteOptions route_options() {
  duplex::RouteOptions options;
  options.subprotocols = {"told"};
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App command_line("Echoes, does what it is told, and prints what it sees.");
  Arguments arguments;
  describe(command_line, arguments);
  CLI11_PARSE(command_line, argc, argv);

  duplex::Server server(server_options(arguments));
  server.get("/page", [](const duplex::Request&) { return duplex::Response(200, "an empty page\n"); });
  server.route("/*", std::make_shared<ToldHandler>(), route_options());
  server.route("/sink", std::make_shared<SinkHandler>(), route_options());
  server.listen("127.0.0.1", arguments.port);
  print({{"event", "listening"}, {"port", server.port()}});
  return server.run();
}
