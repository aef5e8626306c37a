// The command line that all servers here have in common.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace peers {

/// `--port N --mode plain|pmd|pmdct --topics --tls-certificate FILE --tls-key FILE`
struct Arguments {
  std::uint16_t port = 9001;
  bool compresses = false;
  bool takes_context_over = false;
  bool has_topics = false;      ///< /sub subscribes, and what comes in on /pub goes there; other paths echo
  std::string tls_certificate;  ///< files; both are empty without TLS
  std::string tls_key;

  bool has_tls() const { return !tls_certificate.empty(); }
};

[[noreturn]] inline void exit_with_usage() {
  std::cerr << "usage: --port N [--mode plain|pmd|pmdct] [--topics]"
               " [--tls-certificate FILE --tls-key FILE]\n";
  std::exit(2);
}

inline Arguments parse_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int index = 1; index < argc; ++index) {
    const std::string_view name = argv[index];
    if (name == "--topics") {
      arguments.has_topics = true;
      continue;
    }
    if (++index == argc) exit_with_usage();
    const std::string value = argv[index];
    if (name == "--port") {
      arguments.port = static_cast<std::uint16_t>(std::stoi(value));
    } else if (name == "--mode") {
      arguments.compresses = value != "plain";
      arguments.takes_context_over = value == "pmdct";
    } else if (name == "--tls-certificate") {
      arguments.tls_certificate = value;
    } else if (name == "--tls-key") {
      arguments.tls_key = value;
    } else {
      exit_with_usage();
    }
  }
  if (arguments.tls_certificate.empty() != arguments.tls_key.empty()) exit_with_usage();
  return arguments;
}

}  // namespace peers
