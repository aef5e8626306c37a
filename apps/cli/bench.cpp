#include "bench.hpp"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "failure.hpp"
#include "io_flag.hpp"

namespace duplex::cli {
namespace {

constexpr std::size_t connections_max = 1'000'000;
constexpr std::size_t depth_max = 65'536;
constexpr std::size_t payload_bytes_max = 67'108'864;
constexpr double duration_s_max = 86'400;
constexpr std::size_t case_number_max = 100'000;
constexpr const char* load_group = "Load";
constexpr const char* autobahn_group = "Autobahn Testsuite";

/// One of the two has to be asked for, and not both at once.
void check_purpose(const CLI::App& command) {
  const bool is_autobahn = command.count("--autobahn") > 0;
  if (!is_autobahn && command.count("url") == 0) throw CLI::RequiredError("url");
  for (const CLI::Option* option : command.get_options()) {
    const bool is_of_load = option->get_group() == load_group;
    if (is_autobahn && is_of_load && option->count() > 0) {
      throw CLI::ExcludesError(option->get_name(), "--autobahn");
    }
  }
}

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

double microseconds(std::uint64_t duration_ns) { return static_cast<double>(duration_ns) / 1000; }

nlohmann::ordered_json cpu_json(const CpuUse& cpu, double messages) {
  return {{"ns_per_message", cpu.total_ns / messages},
          {"user_ns_per_message", cpu.user_ns / messages},
          {"system_ns_per_message", cpu.system_ns / messages}};
}

void print_json(const EchoLoadOptions& options, const EchoLoadReport& report) {
  const auto messages = static_cast<double>(report.messages);
  nlohmann::ordered_json json = {{"url", options.url},
                                 {"connections", options.connections},
                                 {"depth", options.depth},
                                 {"payload_bytes", options.payload_bytes},
                                 {"messages", report.messages},
                                 {"duration_s", report.duration_s},
                                 {"messages_per_s", messages / report.duration_s},
                                 {"p50_us", microseconds(report.latency.percentile_ns(0.5))},
                                 {"p99_us", microseconds(report.latency.percentile_ns(0.99))},
                                 {"p999_us", microseconds(report.latency.percentile_ns(0.999))},
                                 {"max_us", microseconds(report.latency.max_ns())},
                                 {"own_cpu", cpu_json(report.own_cpu, messages)}};
  if (report.server_cpu) json["server_cpu"] = cpu_json(*report.server_cpu, messages);
  std::cout << json.dump() << '\n';
}

void print_cpu(const char* whose, const CpuUse& cpu, double messages) {
  std::printf("%-12s %9.0f ns per message (user %.0f, system %.0f)\n", whose, cpu.total_ns / messages,
              cpu.user_ns / messages, cpu.system_ns / messages);
}

void print_text(const EchoLoadOptions& options, const EchoLoadReport& report) {
  const auto messages = static_cast<double>(report.messages);
  std::printf("%zu connections, %zu in flight on each, %zu bytes of text, %.1f s; every echo checked\n",
              options.connections, options.depth, options.payload_bytes, report.duration_s);
  std::printf("%-12s %9.0f messages/s\n", "rate", messages / report.duration_s);
  std::printf("%-12s %9.1f us p50, %.1f p99, %.1f p99.9, %.1f longest\n", "latency",
              microseconds(report.latency.percentile_ns(0.5)),
              microseconds(report.latency.percentile_ns(0.99)),
              microseconds(report.latency.percentile_ns(0.999)), microseconds(report.latency.max_ns()));
  if (report.server_cpu) print_cpu("server CPU", *report.server_cpu, messages);
  print_cpu("own CPU", report.own_cpu, messages);
}

}  // namespace

CLI::App& BenchVerb::describe(CLI::App& command_line) {
  CLI::App& command = *command_line.add_subcommand("bench", "Measure an echo server");
  add_load_flags(command);
  add_autobahn_flags(command);
  command.option_defaults()->group("Options");
  command.parse_complete_callback([&command] { check_purpose(command); });
  command.footer(
      "Every connection keeps its messages in flight: an echo that comes back sends the next one. Each echo "
      "is\n"
      "compared with what was sent, and a wrong one ends the run. With --autobahn nothing is measured: the\n"
      "server there sends what is right and what is wrong, compares what comes back, and writes a report.\n"
      "\n"
      "Examples:\n"
      "  duplex bench ws://127.0.0.1:9001/\n"
      "  duplex bench ws://127.0.0.1:9001/ --connections 100 --depth 16 --secs 10\n"
      "  duplex bench ws://127.0.0.1:9001/ --server-pid $(pgrep -n duplex) --json\n"
      "  duplex bench --autobahn ws://127.0.0.1:9001");
  return command;
}

void BenchVerb::add_load_flags(CLI::App& command) {
  command.option_defaults()->group(load_group);
  command.add_option("url", options_.url, "Where it echoes: ws://HOST:PORT/PATH, or wss://")
      ->type_name("URL");
  command
      .add_option("--tls-ca", options_.tls.ca_file,
                  "With wss://: trust these authorities (PEM) instead of the system's")
      ->type_name("FILE");
  command.add_flag("--insecure-accept-any-certificate", options_.tls.insecure_accept_any_certificate,
                   "With wss://: whoever answers is taken for the server");
  command.add_option("--connections", options_.connections, "Connections")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, connections_max))
      ->type_name("N");
  command.add_option("--depth", options_.depth, "Messages in flight on each connection")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, depth_max))
      ->type_name("N");
  command.add_option("--size", options_.payload_bytes, "Bytes of text in each message")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{0}, payload_bytes_max))
      ->type_name("BYTES");
  command.add_option("--secs", duration_s_, "How long to measure, after the warm-up")
      ->capture_default_str()
      ->check(CLI::Range(0.01, duration_s_max))
      ->type_name("S");
  command.add_option("--warm-up", warm_up_s_, "How long to run before measuring")
      ->capture_default_str()
      ->check(CLI::Range(0.0, duration_s_max))
      ->type_name("S");
  command.add_option("--server-pid", server_process_, "Also measure the CPU of this process")
      ->check(CLI::PositiveNumber)
      ->type_name("PID");
  add_io_flag(command, options_.io);
  command.add_flag("--json", is_json_, "Print one JSON object");
}

void BenchVerb::add_autobahn_flags(CLI::App& command) {
  command.option_defaults()->group(autobahn_group);
  CLI::Option& server = *command
                             .add_option("--autobahn", autobahn_.server_url,
                                         "Instead, let the fuzzing server there play its cases on this\n"
                                         "client and write its report")
                             ->type_name("URL");
  command.add_option("--agent", autobahn_.agent, "What the report calls this client")
      ->capture_default_str()
      ->needs(&server)
      ->type_name("NAME");
  command
      .add_option("--case", autobahn_.case_number,
                  "Only this case, counted from 1 in the order of the report")
      ->check(CLI::Range(std::size_t{1}, case_number_max))
      ->needs(&server)
      ->type_name("N");
}

int BenchVerb::run() { return autobahn_.server_url.empty() ? run_load() : run_autobahn(); }

int BenchVerb::run_autobahn() {
  const bool shows_progress = isatty(STDERR_FILENO) == 1;
  if (shows_progress) {
    autobahn_.progress = [](std::size_t number, std::size_t case_count) {
      std::cerr << "\r\x1b[K"
                << "case " << number << " of " << case_count << std::flush;
    };
  }
  const auto played = std::make_shared<AutobahnAgent>(autobahn_)->run();
  if (shows_progress) std::cerr << "\r\x1b[K";
  if (!played) return fail("duplex bench", played.error().message);
  std::cout << *played << (*played == 1 ? " case" : " cases") << " played with " << autobahn_.agent
            << "; how they ended is in the report of the fuzzing server\n";
  return 0;
}

int BenchVerb::run_load() {
  options_.duration = milliseconds(duration_s_);
  options_.warm_up = milliseconds(warm_up_s_);
  if (server_process_ != 0) {
    if (!cpu_time_of(server_process_)) {
      return fail("duplex bench", "no process " + std::to_string(server_process_) + " to measure");
    }
    options_.server_process = server_process_;
  }
  const bool shows_progress = isatty(STDERR_FILENO) == 1;
  if (shows_progress) {
    options_.progress = [](std::uint64_t messages) {
      std::cerr << "\r\x1b[K" << messages << " messages" << std::flush;
    };
  }
  const auto report = std::make_shared<EchoLoad>(options_)->run();
  if (shows_progress) std::cerr << "\r\x1b[K";
  if (!report) return fail("duplex bench", report.error().message);
  if (report->messages == 0) return fail("duplex bench", "no message came back while measuring");
  is_json_ ? print_json(options_, *report) : print_text(options_, *report);
  return 0;
}

}  // namespace duplex::cli
