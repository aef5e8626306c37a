// bench_load: the same load on a WebSocket server or on a bare TCP echo, by the same code, so that their
// figures can be divided by each other. Prints one JSON object. bin/bench starts it.
#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "load_options.hpp"
#include "measure.hpp"
#include "socket.hpp"

namespace duplex::bench {
namespace {

void describe(CLI::App& command_line, LoadOptions& options) {
  const std::map<std::string, Task> tasks = {
      {"echo", Task::echo}, {"fan-out", Task::fan_out}, {"stalled", Task::stalled}, {"topics", Task::topics},
      {"idle", Task::idle}, {"accept", Task::accept},   {"burst", Task::burst},     {"crowd", Task::crowd}};
  const std::map<std::string, Compression> modes = {{"plain", Compression::none},
                                                    {"pmd", Compression::without_takeover},
                                                    {"pmdct", Compression::with_takeover}};
  const std::map<std::string, PayloadKind> payloads = {{"text", PayloadKind::text},
                                                       {"utf8", PayloadKind::utf8},
                                                       {"binary", PayloadKind::binary},
                                                       {"json", PayloadKind::json}};
  command_line.add_option("--task", options.task)->transform(CLI::CheckedTransformer(tasks));
  command_line.add_option("--mode", options.compression)->transform(CLI::CheckedTransformer(modes));
  command_line.add_option("--payload", options.payload)->transform(CLI::CheckedTransformer(payloads));
  command_line.add_flag_callback(
      "--raw", [&options] { options.framing = Framing::raw; }, "The server is a TCP echo");
  command_line.add_flag_callback(
      "--tls", [&options] { options.security = Security::tls; }, "Inside of TLS; any certificate will do");
  command_line.add_option("--port", options.port, "On 127.0.0.1")->required();
  command_line.add_option("--connections", options.connections)->check(CLI::PositiveNumber);
  command_line.add_option("--depth", options.depth, "Messages in flight on each")->check(CLI::PositiveNumber);
  command_line.add_option("--size", options.payload_bytes, "Bytes in each")->check(CLI::PositiveNumber);
  command_line.add_option("--large-connections", options.large_connections,
                          "Beside them, with one large message in flight on each, which are not counted");
  command_line.add_option("--large-size", options.large_bytes)->check(CLI::PositiveNumber);
  command_line.add_option("--topics", options.topics, "Subscribed to in all")->check(CLI::PositiveNumber);
  command_line.add_option("--publish-bytes", options.published_bytes_min,
                          "At least, to each subscriber, while a tenth of them does not read");
  command_line.add_option("--leave-bytes", options.left_bytes_min, "Of memory, when a crowd is opened");
  command_line.add_option("--warm-up", options.warm_up_s);
  command_line.add_option("--secs", options.duration_s)->check(CLI::PositiveNumber);
  command_line.add_option("--server-pid", options.server_process, "Whose CPU is counted")->required();
  command_line.add_flag("--spin", options.spins, "Never sleep, so that the server pays for no wake-up");
}

nlohmann::ordered_json measure(const LoadOptions& options) {
  switch (options.task) {
    case Task::fan_out:
      return measure_fan_out(options);
    case Task::stalled:
      return measure_stalled(options);
    case Task::topics:
      return measure_topics(options);
    case Task::idle:
      return measure_idle(options);
    case Task::accept:
      return measure_accept(options);
    case Task::crowd:
      return measure_crowd(options);
    case Task::burst:
      return measure_burst(options);
    case Task::echo:
      break;
  }
  return measure_echo(options);
}

}  // namespace
}  // namespace duplex::bench

int main(int argc, char** argv) {
  duplex::bench::LoadOptions options;
  CLI::App command_line("The same load on a WebSocket server or on a bare TCP echo.");
  duplex::bench::describe(command_line, options);
  CLI11_PARSE(command_line, argc, argv);
  std::cout << duplex::bench::measure(options).dump() << '\n';
}
