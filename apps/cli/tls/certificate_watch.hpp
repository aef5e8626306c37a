// Reloads certificates when their files have changed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <duplex/errors.hpp>
#include <duplex/log.hpp>
#include <duplex/tls.hpp>

#include "file_stamps.hpp"

namespace duplex::cli {

/// Certificate and key are two files, and between the writing of the one and of the other they do not fit:
/// what cannot be loaded is tried again at every look, and an error is told when it is still there at the
/// second. The server keeps what it has meanwhile. One thread.
class CertificateWatch {
 public:
  using Reload = std::function<Result<void>()>;
  /// `reload` as Server::reload_tls(). The files are taken for loaded as they are now.
  CertificateWatch(const TlsOptions& options, Reload reload, Log log);

  /// To be called every few seconds.
  void look();
  /// Reloads whether anything has changed or not, and tells the outcome.
  void reload_now();

 private:
  void try_to_reload();
  void tell_error();

  const std::vector<std::string> files_;
  const Reload reload_;
  const Log log_;
  std::vector<FileStamp> loaded_;
  std::string last_error_;  // of the attempt before; empty: it went well
  std::string told_error_;
};

}  // namespace duplex::cli
