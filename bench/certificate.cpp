// bench_certificate FOLDER: writes what a server for localhost needs to speak TLS, valid for an hour:
// server.crt, server.key, and for those who want to check it ca.crt.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "tls/testing.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: bench_certificate FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const duplex::tls::testing::Authority authority;
  const auto issued = authority.issue({"localhost", {"localhost", "IP:127.0.0.1", "IP:::1"}});
  std::ofstream(folder / "server.crt") << issued.certificate;
  std::ofstream(folder / "server.key") << issued.key;
  std::ofstream(folder / "ca.crt") << authority.pem();
}
