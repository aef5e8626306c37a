#include "echo_load.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>
#include <duplex/log.hpp>

namespace duplex::cli {
namespace {

/// A listening socket queues only so many connections; dialing all at once would measure its retries.
constexpr std::size_t dials_at_once_max = 64;
constexpr std::chrono::milliseconds progress_interval{200};
/// For the echoes that are still on their way when the time is up.
constexpr std::chrono::milliseconds last_echoes_timeout{5'000};

std::string describe(const CloseStatus& status) {
  std::string text = "a connection ended with " + std::to_string(static_cast<unsigned>(status.code));
  if (!status.reason.empty()) text += " \"" + escape_for_log(status.reason) + "\"";
  if (!status.detail.empty()) text += ": " + status.detail;
  return text;
}

}  // namespace

EchoLoad::EchoLoad(EchoLoadOptions options)
    : options_(std::move(options)),
      client_(ClientOptions{.handshakes_per_host_max = dials_at_once_max, .io = options_.io}) {}
EchoLoad::~EchoLoad() = default;

Result<EchoLoadReport> EchoLoad::run() {
  dial_more();
  if (!failure_) client_.run();
  if (failure_) return *failure_;
  return report_;
}

void EchoLoad::dial_more() {
  while (!failure_ && dialed_ < options_.connections && dialed_ - opened_ < dials_at_once_max) {
    ++dialed_;
    const auto started = client_.dial(options_.url, shared_from_this(), dial_options());
    if (!started) fail(started.error());
  }
}

DialOptions EchoLoad::dial_options() {
  DialOptions options;
  options.compression.enabled = false;
  options.tls = options_.tls;
  Limits& limits = options.limits;
  limits.message_bytes_max = std::max<std::uint64_t>(limits.message_bytes_max, options_.payload_bytes);
  constexpr std::size_t frame_header_bytes_max = 14;
  limits.outbox_bytes_max =
      std::max(limits.outbox_bytes_max, options_.depth * (options_.payload_bytes + frame_header_bytes_max));
  options.failed = [this](const DialFailure& failure) { fail(failure.error); };
  return options;
}

void EchoLoad::open(Connection& peer) {
  Lane& lane = *lanes_.emplace_back(std::make_unique<Lane>(opened_++, options_));
  lane.peer = &peer;
  peer.data() = &lane;
  dial_more();
  if (opened_ == options_.connections) fill_pipes();
}

void EchoLoad::fill_pipes() {
  phase_ = Phase::warming_up;
  for (const auto& lane : lanes_) {
    for (std::size_t count = 0; count < options_.depth; ++count) send_next(*lane, Clock::now());
  }
  alarms_.push_back(client_.after(options_.warm_up, [this] { start_measuring(); }));
  alarms_.push_back(client_.after(options_.warm_up + options_.duration, [this] { end_measuring(); }));
}

void EchoLoad::start_measuring() {
  phase_ = Phase::measuring;
  own_cpu_before_ = cpu_time_of(getpid());
  if (options_.server_process) server_cpu_before_ = cpu_time_of(*options_.server_process);
  measuring_since_ = Clock::now();
  if (options_.progress) report_progress();
}

void EchoLoad::report_progress() {
  if (phase_ != Phase::measuring) return;
  options_.progress(report_.messages);
  progress_alarm_ = client_.after(progress_interval, [this] { report_progress(); });
}

void EchoLoad::end_measuring() {
  report_.duration_s = std::chrono::duration<double>(Clock::now() - measuring_since_).count();
  if (const auto now = cpu_time_of(getpid()); now && own_cpu_before_) {
    report_.own_cpu = cpu_use_between(*own_cpu_before_, *now);
  }
  if (options_.server_process && server_cpu_before_) {
    const auto now = cpu_time_of(*options_.server_process);
    if (now) report_.server_cpu = cpu_use_between(*server_cpu_before_, *now);
  }
  phase_ = Phase::draining;
  alarms_.push_back(client_.after(last_echoes_timeout, [this] { give_up_on_echoes(); }));
}

void EchoLoad::give_up_on_echoes() { fail({ErrorKind::peer, "some messages were never echoed"}); }

void EchoLoad::message(Connection& peer, const Message& message) {
  Lane& lane = *std::any_cast<Lane*>(peer.data());
  const auto now = Clock::now();
  if (lane.received == lane.sent || !message.is_text() ||
      !lane.payload.matches(lane.received, message.text())) {
    return fail({ErrorKind::peer, "an echo differs from what was sent"});
  }
  if (phase_ == Phase::measuring) {
    const auto sent_at = lane.sent_at[lane.received % options_.depth];
    report_.latency.add(static_cast<std::uint64_t>(std::chrono::nanoseconds(now - sent_at).count()));
    ++report_.messages;
  }
  ++lane.received;
  if (phase_ != Phase::draining) {
    send_next(lane, now);
  } else if (lane.received == lane.sent) {
    peer.close();
  }
}

void EchoLoad::send_next(Lane& lane, Clock::time_point now) {
  lane.sent_at[lane.sent % options_.depth] = now;
  lane.peer->send(lane.payload.make(lane.sent));
  ++lane.sent;
}

void EchoLoad::close(Connection&, const CloseStatus& status) {
  const bool is_ours = phase_ == Phase::draining && status.cause == CloseCause::local_close;
  if (!is_ours) return fail({ErrorKind::peer, describe(status)});
  if (--opened_ == 0) alarms_.clear();
}

void EchoLoad::fail(Error error) {
  if (failure_) return;
  failure_ = std::move(error);
  client_.stop();
}

}  // namespace duplex::cli
