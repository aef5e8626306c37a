#include <errno.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "connection.hpp"
#include "crowd.hpp"
#include "measure.hpp"
#include "meter.hpp"
#include "payload.hpp"
#include "process_memory.hpp"
#include "socket.hpp"
#include "stretch.hpp"
#include "tape.hpp"

namespace duplex::bench {
namespace {

using Json = nlohmann::ordered_json;

CrowdOptions crowd_options(const LoadOptions& options) {
  return {.framing = options.framing, .port = options.port, .spins = options.spins};
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A counter of the kernel's TCP, as in /proc/net/netstat: a line of names and a line of numbers.
std::uint64_t kernel_counter(const std::string& wanted) {
  std::ifstream file("/proc/net/netstat");
  std::string names_line;
  std::string numbers_line;
  std::getline(file, names_line);
  std::getline(file, numbers_line);
  std::istringstream names(names_line);
  std::istringstream numbers(numbers_line);
  std::string name;
  std::string number;
  while (names >> name && numbers >> number) {
    if (name == wanted) return std::stoull(number);
  }
  return 0;
}

struct Memory {
  std::uint64_t server_bytes = 0;
  MachineMemory machine;
};

Memory memory_now(const LoadOptions& options) { return {memory_of_server(options), machine_memory()}; }

/// Opens connections until there are enough, or the machine has no more; says what stopped it.
std::string fill(Crowd& crowd, const LoadOptions& options) {
  constexpr std::size_t under_way_max = 256;
  constexpr std::size_t looks_at_memory_every = 1024;
  std::string stopped_by;
  while (stopped_by.empty() && crowd.begun() < options.connections) {
    if (crowd.begun() % looks_at_memory_every == 0 &&
        machine_memory().available_bytes < options.left_bytes_min) {
      stopped_by =
          "no more than " + std::to_string(options.left_bytes_min) + " bytes of memory are available";
    } else if (!crowd.begin()) {
      stopped_by = std::strerror(errno);
    }
    while (crowd.begun() - crowd.open() - crowd.refused() >= under_way_max) crowd.turn();
  }
  return stopped_by;
}

/// Until everybody is where it has to be, or a minute has gone by without any news.
void run_until(Crowd& crowd, const std::function<bool()>& is_done, const std::function<std::size_t()>& news) {
  constexpr double silence_s_max = 60;
  std::size_t before = news();
  for (auto last = Clock::now(); !is_done() && seconds_since(last) < silence_s_max;) {
    crowd.turn();
    if (news() != before) last = Clock::now();
    before = news();
  }
}

/// One after the other: on one core that is no slower, and TLS needs no state machine here.
Json measure_tls_accept(const LoadOptions& options) {
  const SslContextPointer context = make_client_context();
  Tally tally;
  const auto run_for = [&](double duration_s) {
    for (const auto begin = Clock::now(); seconds_since(begin) < duration_s;) {
      const auto begun = Clock::now();
      const Connection connection(connect_to_loopback(options.port), *context);
      if (options.framing == Framing::websocket) open_websocket(connection, options.port, "/", {});
      tally.add(1, Clock::now() - begun);
      end_at_once(connection.descriptor());
    }
  };
  run_for(options.warm_up_s);
  tally = Tally{};
  const Meter meter(options.server_process);
  run_for(options.duration_s);
  return meter.figures(tally);
}

}  // namespace

Json measure_accept(const LoadOptions& options) {
  if (options.security == Security::tls) return measure_tls_accept(options);
  Tally tally;
  Crowd crowd(crowd_options(options));
  std::vector<Clock::time_point> begun_at(options.connections);
  crowd.opened = [&](std::size_t number) {
    const auto now = Clock::now();
    tally.add(1, now - begun_at[number]);
    begun_at[number] = now;
    crowd.begin_again(number);
  };
  for (Clock::time_point& begun : begun_at) {
    begun = Clock::now();
    if (!crowd.begin()) die("connect");
  }
  const auto run_for = [&](double duration_s) {
    for (const auto begin = Clock::now(); seconds_since(begin) < duration_s;) crowd.turn();
  };
  run_for(options.warm_up_s);
  tally = Tally{};
  const Meter meter(options.server_process);
  run_for(options.duration_s);
  if (crowd.refused() > 0) quit(std::to_string(crowd.refused()) + " connections were refused");
  return meter.figures(tally);
}

Json measure_burst(const LoadOptions& options) {
  constexpr double patience_s = 30;
  const std::string overflows = "ListenOverflows";
  const std::uint64_t overflows_before = kernel_counter(overflows);
  Tally tally;
  Crowd crowd(crowd_options(options));
  const Meter meter(options.server_process);
  const auto begin = Clock::now();
  crowd.opened = [&](std::size_t) { tally.add(1, Clock::now() - begin); };
  for (std::size_t count = options.connections; count > 0; --count) {
    if (!crowd.begin()) die("connection " + std::to_string(crowd.begun() + 1));
  }
  while (crowd.open() + crowd.refused() < options.connections && seconds_since(begin) < patience_s)
    crowd.turn();
  Json figures = meter.figures(tally);
  figures["open_s"] = seconds_since(begin);
  figures["refused"] = crowd.refused();
  figures["missing"] = options.connections - crowd.open() - crowd.refused();
  figures["overflows"] = kernel_counter(overflows) - overflows_before;
  return figures;
}

Json measure_crowd(const LoadOptions& options) {
  CrowdOptions subscribers = crowd_options(options);
  subscribers.path = "/sub";
  Crowd crowd(subscribers);
  const Connection publisher(connect_to_loopback(options.port));
  open_websocket(publisher, options.port, "/pub", {});
  const Memory before = memory_now(options);
  auto begin = Clock::now();
  const std::string stopped_by = fill(crowd, options);
  run_until(
      crowd, [&] { return crowd.open() + crowd.refused() == crowd.begun(); }, [&] { return crowd.open(); });
  const double open_s = seconds_since(begin);
  const Memory after = memory_now(options);
  if (crowd.open() == 0) quit("no connection could be opened: " + stopped_by);

  const auto payloads = make_payloads(options.payload, options.payload_bytes, 1);
  const TapePair tapes = make_tapes(Framing::websocket, payloads);
  crowd.expect(std::string(tapes.expected.from(0, tapes.expected.period_bytes())));
  const std::string_view message = tapes.sent.from(0, tapes.sent.period_bytes());
  begin = Clock::now();
  if (publisher.send(message) < 0) die("publish");
  run_until(
      crowd, [&] { return crowd.served() == crowd.open(); }, [&] { return crowd.served(); });
  const double broadcast_s = seconds_since(begin);

  const auto per_connection = [&](std::uint64_t less, std::uint64_t more) {
    return (static_cast<double>(more) - static_cast<double>(less)) / static_cast<double>(crowd.open());
  };
  return {{"connections", crowd.open()},
          {"refused", crowd.refused()},
          {"stopped_by", stopped_by},
          {"open_s", open_s},
          {"server_bytes", per_connection(before.server_bytes, after.server_bytes)},
          {"kernel_bytes", per_connection(before.machine.kernel_bytes, after.machine.kernel_bytes)},
          {"machine_bytes", per_connection(after.machine.available_bytes, before.machine.available_bytes)},
          {"served", crowd.served()},
          {"broadcast_s", broadcast_s}};
}

}  // namespace duplex::bench
