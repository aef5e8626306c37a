#include "autobahn_agent.hpp"

#include <charconv>
#include <chrono>
#include <string_view>
#include <utility>

#include <duplex/log.hpp>

namespace duplex::cli {
namespace {

/// The suite has some five hundred cases.
constexpr std::size_t case_count_max = 100'000;
/// The largest message of the suite has 16 MiB.
constexpr std::uint64_t message_bytes_max = 67'108'864;
constexpr std::size_t frame_header_bytes_max = 14;
/// The server is one thread of Python that says nothing while it makes large messages or writes its report.
constexpr std::chrono::minutes case_timeout{5};
/// Whoever is no fuzzing server may well say nothing for ever.
constexpr std::chrono::seconds count_timeout{10};

DialOptions dial_options(std::chrono::milliseconds timeout) {
  DialOptions options;
  options.limits.message_bytes_max = message_bytes_max;
  options.limits.outbox_bytes_max = message_bytes_max + frame_header_bytes_max;
  options.limits.idle_timeout = timeout;
  options.limits.message_timeout = timeout;
  // The server compares everything that comes with what a case expects.
  options.limits.ping_interval = std::chrono::milliseconds{0};
  // Whatever the server asks for is to be tried, so nothing is ruled out in advance.
  options.compression.sending = options.compression.receiving = CompressionContext::dedicated;
  options.compression.threshold_bytes = 0;
  return options;
}

std::optional<std::size_t> read_case_count(std::string_view text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || count > case_count_max) return std::nullopt;
  return count;
}

}  // namespace

AutobahnAgent::AutobahnAgent(AutobahnOptions options)
    : options_(std::move(options)), url_(options_.server_url) {}

Result<std::size_t> AutobahnAgent::run() {
  dial(url_.case_count());
  if (!failure_) client_.run();
  if (failure_) return *failure_;
  return played_;
}

void AutobahnAgent::dial(const std::string& url) {
  DialOptions options = step_ == Step::counting ? dial_options(count_timeout) : dial_options(case_timeout);
  options.failed = [this](const DialFailure& failure) { fail(failure.error); };
  const auto started = client_.dial(url, shared_from_this(), std::move(options));
  if (!started) fail(started.error());
}

void AutobahnAgent::message(Connection& peer, const Message& message) {
  if (step_ == Step::playing) {
    peer.send(message);
  } else if (step_ == Step::counting) {
    case_count_ = read_case_count(message.text());
  }
}

void AutobahnAgent::close(Connection&, const CloseStatus& status) {
  switch (step_) {
    case Step::counting:
      return begin_cases();
    case Step::playing:
      ++played_;
      return play_next();
    case Step::reporting:
      if (!status.clean)
        fail({ErrorKind::peer, "the server did not finish: " + escape_for_log(status.detail)});
  }
}

void AutobahnAgent::begin_cases() {
  if (!case_count_) return fail({ErrorKind::peer, "no number of cases came: is this a fuzzing server?"});
  last_case_ = *case_count_;
  if (options_.case_number) {
    if (*options_.case_number > *case_count_) {
      return fail({ErrorKind::misuse, "there are only " + std::to_string(*case_count_)});
    }
    next_case_ = last_case_ = *options_.case_number;
  }
  step_ = Step::playing;
  play_next();
}

void AutobahnAgent::play_next() {
  if (next_case_ > last_case_) {
    step_ = Step::reporting;
    return dial(url_.report(options_.agent));
  }
  if (options_.progress) options_.progress(next_case_, *case_count_);
  dial(url_.case_run(next_case_++, options_.agent));
}

void AutobahnAgent::fail(Error error) {
  if (failure_) return;
  failure_ = {error.kind, where() + error.message};
  client_.stop();
}

std::string AutobahnAgent::where() const {
  switch (step_) {
    case Step::counting:
      return "counting the cases: ";
    case Step::playing:
      return "case " + std::to_string(next_case_ - 1) + " of " + std::to_string(*case_count_) + ": ";
    case Step::reporting:
      return "asking for the report: ";
  }
  return {};
}

}  // namespace duplex::cli
