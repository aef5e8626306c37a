// bench_coroutine_echo: the other form of application code. `duplex echo` is written as handlers; this is the
// same as coroutines, with what bin/bench needs of its command line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>
#include <duplex/server.hpp>

#include "cli/io_flag.hpp"

namespace {

using duplex::Connection;
using duplex::Task;

constexpr std::size_t frame_header_bytes_max = 14;
constexpr const char* topic = "fan-out";

Task echo(Connection& peer) {
  while (const auto message = co_await peer.receive()) co_await peer.send(*message);
}

Task subscribe(Connection& peer) {
  peer.subscribe(topic);
  // Named, as g++ 12.2 never runs a coroutine with `while (co_await peer.receive())`.
  while (const auto ignored = co_await peer.receive()) {
  }
}

Task publish(Connection& peer) {
  while (const auto message = co_await peer.receive())
    peer.publish(topic, message->type(), message->payload());
}

duplex::RouteOptions route_options(const std::string& mode) {
  duplex::RouteOptions route;
  route.request_lifetime = duplex::RequestLifetime::opening;  // as `duplex echo --quiet` has it
  route.compression.enabled = mode != "plain";
  if (mode == "pmdct") {
    route.compression.sending = route.compression.receiving = duplex::CompressionContext::dedicated;
  }
  return route;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 9001;
  std::string mode = "plain";
  bool has_topics = false;
  duplex::ServerOptions options;
  duplex::Limits& limits = options.limits;
  CLI::App command_line("The echo server as a coroutine.");
  command_line.add_option("--port", port);
  command_line.add_option("--mode", mode)->check(CLI::IsMember({"plain", "pmd", "pmdct"}));
  command_line.add_flag("--topics", has_topics);
  command_line.add_option("--message-bytes-max", limits.message_bytes_max);
  duplex::cli::add_io_flag(command_line, options.io);
  CLI11_PARSE(command_line, argc, argv);

  // The largest message has to fit on its way back, too.
  limits.outbox_bytes_max =
      std::max<std::size_t>(limits.outbox_bytes_max, limits.message_bytes_max + frame_header_bytes_max);
  duplex::Server server(options);
  server.route("/*", echo, route_options(mode));
  if (has_topics) {
    server.route("/sub", subscribe, route_options(mode));
    server.route("/pub", publish, route_options(mode));
  }
  return server.listen("127.0.0.1", port).run();
}
