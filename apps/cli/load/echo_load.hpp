// A load on an echo server over the library's own client, every echo checked.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <duplex/client.hpp>

#include "../measure/cpu_time.hpp"
#include "../measure/latency_histogram.hpp"
#include "echo_payload.hpp"

namespace duplex::cli {

struct EchoLoadOptions {
  std::string url;
  TlsDialOptions tls;  ///< for wss://
  std::size_t connections = 1;
  std::size_t depth = 1;  ///< messages in flight on each connection
  std::size_t payload_bytes = 20;
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds duration{3000};
  Io io = Io::automatic;                ///< of the client
  std::optional<pid_t> server_process;  ///< of which the CPU is measured too
  /// Called a few times a second with the messages measured so far.
  std::function<void(std::uint64_t messages)> progress;
};

struct EchoLoadReport {
  std::uint64_t messages = 0;
  double duration_s = 0;
  LatencyHistogram latency;
  CpuUse own_cpu;
  std::optional<CpuUse> server_cpu;
};

/// Opens the connections, keeps `depth` messages in flight on each, and measures after the warm-up. Ends at
/// the first wrong echo or lost connection: figures of a server that answers wrongly mean nothing. For one
/// run() only.
class EchoLoad final : public Handler, public std::enable_shared_from_this<EchoLoad> {
 public:
  explicit EchoLoad(EchoLoadOptions options);
  ~EchoLoad() override;
  Result<EchoLoadReport> run();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Phase : std::uint8_t { opening, warming_up, measuring, draining };
  /// What belongs to one connection; the echoes come back in order.
  struct Lane {
    Lane(std::size_t number, const EchoLoadOptions& options)
        : payload(number, options.payload_bytes), sent_at(options.depth) {}
    EchoPayload payload;
    std::vector<Clock::time_point> sent_at;  ///< a ring: message n at n modulo depth
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    Connection* peer = nullptr;
  };

  void open(Connection& peer) override;
  void message(Connection& peer, const Message& message) override;
  void close(Connection& peer, const CloseStatus& status) override;

  void dial_more();
  DialOptions dial_options();
  void fill_pipes();
  void start_measuring();
  void end_measuring();
  void report_progress();
  void give_up_on_echoes();
  void send_next(Lane& lane, Clock::time_point now);
  void fail(Error error);

  // Fixed after construction
  const EchoLoadOptions options_;
  Client client_;

  // Opening
  std::size_t dialed_ = 0;
  std::size_t opened_ = 0;
  std::vector<std::unique_ptr<Lane>> lanes_;

  // Running
  Phase phase_ = Phase::opening;
  std::vector<Alarm> alarms_;
  Alarm progress_alarm_;
  Clock::time_point measuring_since_;
  std::optional<CpuTime> own_cpu_before_;
  std::optional<CpuTime> server_cpu_before_;

  // The end
  EchoLoadReport report_;
  std::optional<Error> failure_;
};

}  // namespace duplex::cli
