// What reaches a server from the outside: signals, and certificates that are replaced.
#pragma once

#include <csignal>
#include <optional>

#include <duplex/alarm.hpp>
#include <duplex/log.hpp>
#include <duplex/server.hpp>
#include <duplex/tls.hpp>

#include "tls/certificate_watch.hpp"

namespace duplex::cli {

/// While it lives, SIGTERM, SIGINT and SIGHUP wait instead of ending the process, in the thread that makes it
/// and in all that are started afterwards: for whoever starts threads before there is a server.
class HeldStopSignals {
 public:
  HeldStopSignals();
  ~HeldStopSignals();
  HeldStopSignals(const HeldStopSignals&) = delete;
  HeldStopSignals& operator=(const HeldStopSignals&) = delete;

 private:
  sigset_t signals_before_{};
};

/// SIGTERM and SIGINT stop the server. With TLS, SIGHUP reloads the certificates, whose files are looked at
/// every two seconds besides; without, it stops, too. All on the server's loop: a thread of its own would
/// make every system call of the loop dearer. Outlives run().
class ServerSignals {
 public:
  ServerSignals(Server& server, const std::optional<TlsOptions>& tls, Log log);
  ServerSignals(const ServerSignals&) = delete;
  ServerSignals& operator=(const ServerSignals&) = delete;

 private:
  std::optional<CertificateWatch> certificates_;
  Alarm looks_;
};

}  // namespace duplex::cli
