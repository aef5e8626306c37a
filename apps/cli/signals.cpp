#include "signals.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

namespace duplex::cli {

HeldStopSignals::HeldStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, &signals_before_);
}

HeldStopSignals::~HeldStopSignals() { pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr); }

ServerSignals::ServerSignals(Server& server, const std::optional<TlsOptions>& tls, Log log) {
  const auto stop = [&server] { server.stop(); };
  server.on_signal(SIGTERM, stop).on_signal(SIGINT, stop);
  if (!tls) {
    server.on_signal(SIGHUP, stop);
    return;
  }
  constexpr std::chrono::seconds between_looks{2};
  certificates_.emplace(
      *tls, [&server] { return server.reload_tls(); }, std::move(log));
  server.on_signal(SIGHUP, [this] { certificates_->reload_now(); });
  looks_ = server.every(between_looks, [this] { certificates_->look(); });
}

}  // namespace duplex::cli
