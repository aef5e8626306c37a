// bench_load: the same load on a WebSocket server or on a bare TCP echo, by the same code, so that their
// figures can be divided by each other. Prints one JSON object. bin/bench starts it.
#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/measure/cpu_time.hpp"
#include "cli/measure/latency_histogram.hpp"
#include "lane.hpp"
#include "socket.hpp"
#include "tape.hpp"

namespace duplex::bench {
namespace {

constexpr std::size_t receive_bytes_max = 262'144;
constexpr std::size_t events_max = 512;
constexpr std::size_t tape_messages_min = 64;

struct LoadOptions {
  Framing framing = Framing::websocket;
  std::uint16_t port = 0;
  std::size_t connections = 1;
  std::size_t depth = 1;
  std::size_t payload_bytes = 20;
  double warm_up_s = 0.3;
  double duration_s = 1;
  pid_t server_process = 0;
  bool spins = false;
};

struct LoadReport {
  std::uint64_t messages = 0;
  double duration_s = 0;
  cli::LatencyHistogram latency;
  cli::CpuUse server_cpu;
  cli::CpuUse own_cpu;
};

class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options),
        tapes_(
            make_tapes(options.framing, options.payload_bytes, std::max(tape_messages_min, options.depth))),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

  LoadReport run() {
    open_lanes();
    for (Lane& lane : lanes_) send(lane, options_.depth, Clock::now());
    run_for(options_.warm_up_s);
    measure();
    return report_;
  }

 private:
  void open_lanes() {
    lanes_.reserve(options_.connections);
    while (lanes_.size() < options_.connections) {
      Socket socket = connect_to_loopback(options_.port);
      if (options_.framing == Framing::websocket) open_websocket(socket, options_.port);
      make_ready_for_load(socket.descriptor());
      watch(EPOLL_CTL_ADD, lanes_.emplace_back(std::move(socket), tapes_, options_.depth), EPOLLIN);
    }
  }

  void measure() {
    report_ = LoadReport{};
    const auto own_before = cpu_time(getpid());
    const auto server_before = cpu_time(options_.server_process);
    const auto begin = Clock::now();
    run_for(options_.duration_s);
    report_.duration_s = std::chrono::duration<double>(Clock::now() - begin).count();
    report_.server_cpu = cli::cpu_use_between(server_before, cpu_time(options_.server_process));
    report_.own_cpu = cli::cpu_use_between(own_before, cpu_time(getpid()));
  }

  static cli::CpuTime cpu_time(pid_t process) {
    const auto time = cli::cpu_time_of(process);
    if (!time) die("no CPU time of process " + std::to_string(process));
    return *time;
  }

  void run_for(double duration_s) {
    const auto end =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(duration_s));
    std::array<epoll_event, events_max> events;
    // One message every 100 ms is the slowest server that still notices its end in time.
    const int wait_ms = options_.spins ? 0 : 100;
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
      const int count = epoll_wait(epoll_.descriptor(), events.data(), events.size(), wait_ms);
      for (int index = 0; index < count; ++index) handle(events[static_cast<std::size_t>(index)]);
    }
  }

  void handle(const epoll_event& event) {
    Lane& lane = *static_cast<Lane*>(event.data.ptr);
    if ((event.events & EPOLLOUT) != 0 && lane.send_waiting()) watch(EPOLL_CTL_MOD, lane, EPOLLIN);
    if ((event.events & ~EPOLLOUT) != 0) receive(lane);
  }

  void receive(Lane& lane) {
    const ssize_t received = recv(lane.descriptor(), buffer_.data(), buffer_.size(), 0);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) die("the server ended a connection");
    const std::size_t completed = lane.receive({buffer_.data(), static_cast<std::size_t>(received)});
    if (completed == 0) return;
    const auto now = Clock::now();
    for (std::size_t message = 0; message < completed; ++message) {
      const auto latency = now - lane.take_oldest_send_time();
      report_.latency.add(static_cast<std::uint64_t>(std::chrono::nanoseconds(latency).count()));
    }
    report_.messages += completed;
    send(lane, completed, now);
  }

  void send(Lane& lane, std::size_t messages, Clock::time_point now) {
    if (!lane.send_messages(messages, now)) watch(EPOLL_CTL_MOD, lane, EPOLLIN | EPOLLOUT);
  }

  void watch(int operation, Lane& lane, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &lane;
    if (epoll_ctl(epoll_.descriptor(), operation, lane.descriptor(), &event) != 0) die("epoll_ctl");
  }

  const LoadOptions options_;
  const TapePair tapes_;
  Socket epoll_;
  std::vector<Lane> lanes_;
  std::vector<char> buffer_ = std::vector<char>(receive_bytes_max);
  LoadReport report_;
};

void describe(CLI::App& command_line, LoadOptions& options) {
  command_line.add_flag_callback(
      "--raw", [&options] { options.framing = Framing::raw; }, "The server is a TCP echo");
  command_line.add_option("--port", options.port, "On 127.0.0.1")->required();
  command_line.add_option("--connections", options.connections)->check(CLI::PositiveNumber);
  command_line.add_option("--depth", options.depth, "Messages in flight on each")->check(CLI::PositiveNumber);
  command_line.add_option("--size", options.payload_bytes, "Bytes of text in each")
      ->check(CLI::PositiveNumber);
  command_line.add_option("--warm-up", options.warm_up_s);
  command_line.add_option("--secs", options.duration_s)->check(CLI::PositiveNumber);
  command_line.add_option("--server-pid", options.server_process, "Whose CPU is counted")->required();
  command_line.add_flag("--spin", options.spins, "Never sleep, so that the server pays for no wake-up");
}

void print(const LoadReport& report) {
  const auto messages = static_cast<double>(report.messages);
  const auto microseconds = [&](double fraction) {
    return static_cast<double>(report.latency.percentile_ns(fraction)) / 1000;
  };
  const nlohmann::ordered_json json = {
      {"messages", report.messages},
      {"messages_per_s", messages / report.duration_s},
      {"server_ns", report.server_cpu.total_ns / messages},
      {"server_user_ns", report.server_cpu.user_ns / messages},
      {"server_system_ns", report.server_cpu.system_ns / messages},
      {"server_busy", report.server_cpu.total_ns / 1e9 / report.duration_s},
      {"own_busy", report.own_cpu.total_ns / 1e9 / report.duration_s},
      {"p50_us", microseconds(0.5)},
      {"p99_us", microseconds(0.99)},
      {"p999_us", microseconds(0.999)},
  };
  std::cout << json.dump() << '\n';
}

}  // namespace
}  // namespace duplex::bench

int main(int argc, char** argv) {
  duplex::bench::LoadOptions options;
  CLI::App command_line("The same load on a WebSocket server or on a bare TCP echo.");
  duplex::bench::describe(command_line, options);
  CLI11_PARSE(command_line, argc, argv);
  const auto report = std::make_unique<duplex::bench::Load>(options)->run();
  if (report.messages == 0) duplex::bench::die("no message came back");
  duplex::bench::print(report);
}
