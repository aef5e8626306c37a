// `duplex echo`: a server that sends everything back, for testing clients.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <duplex/io.hpp>

#include "echo/echo_server.hpp"
#include "tls/tls_flags.hpp"
#include "verb.hpp"

namespace duplex::cli {

class EchoVerb final : public Verb {
 public:
  CLI::App& describe(CLI::App& command_line) override;
  int run() override;

 private:
  std::string host_ = "127.0.0.1";
  std::uint16_t port_ = 9001;
  std::string mode_ = "any";
  EchoOptions options_;
  TlsFlags tls_;
  std::size_t loops_ = 1;
  Io io_ = Io::automatic;
  bool is_quiet_ = false;
};

}  // namespace duplex::cli
