// The flags of commands that serve with TLS.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <duplex/tls.hpp>

namespace CLI {
class App;
}

namespace duplex::cli {

/// Filled while the command line is read.
class TlsFlags {
 public:
  void describe(CLI::App& command);
  /// Nothing when TLS was not asked for.
  std::optional<TlsOptions> options() const;

 private:
  std::vector<std::string> certificate_files_;
  std::vector<std::string> key_files_;
  std::string client_ca_file_;
};

}  // namespace duplex::cli
