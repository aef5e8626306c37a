// `duplex chat`: rooms, names and history in the browser.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <duplex/io.hpp>
#include "tls/tls_flags.hpp"

#include "verb.hpp"

namespace duplex::cli {

class ChatVerb final : public Verb {
 public:
  CLI::App& describe(CLI::App& command_line) override;
  int run() override;

 private:
  void add_directory_flags(CLI::App& command);

  std::string host_ = "127.0.0.1";
  std::uint16_t port_ = 8080;
  std::string data_directory_;
  std::string web_directory_;
  std::vector<std::string> allowed_origins_;
  TlsFlags tls_;
  Io io_ = Io::automatic;
  bool is_quiet_ = false;
};

}  // namespace duplex::cli
