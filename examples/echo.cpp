// The smallest server: everything that comes goes back.
#include <duplex/server.hpp>

int main() {
  duplex::Server server;
  server.route("/echo", [](duplex::Connection& peer) -> duplex::Task {
    while (auto message = co_await peer.receive()) co_await peer.send(*message);
  });
  return server.listen("127.0.0.1", 9001).run();
}
