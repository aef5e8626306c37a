#include "tls_flags.hpp"

#include <CLI/CLI.hpp>

namespace duplex::cli {
namespace {

/// The n-th key belongs to the n-th certificate.
void check_pairs(const CLI::App& command) {
  if (command.count("--tls-certificate") != command.count("--tls-key"))
    throw CLI::ValidationError("--tls-certificate", "needs one --tls-key for each");
}

}  // namespace

void TlsFlags::describe(CLI::App& command) {
  CLI::Option& certificate =
      *command
           .add_option("--tls-certificate", certificate_files_,
                       "Speak TLS (https and wss) with the certificates in this PEM\n"
                       "file, the own one first. It is read again when it changes, and at\n"
                       "SIGHUP. May be repeated, each with its --tls-key: names that\n"
                       "clients ask for decide, the first is for everyone else")
           ->allow_extra_args(false)
           ->type_name("FILE");
  CLI::Option& key =
      *command.add_option("--tls-key", key_files_, "The private key of that certificate (PEM)")
           ->allow_extra_args(false)
           ->needs(&certificate)
           ->type_name("FILE");
  certificate.needs(&key);
  command
      .add_option("--tls-client-ca", client_ca_file_,
                  "Let in only clients with a certificate of one of these\n"
                  "authorities (PEM)")
      ->needs(&certificate)
      ->type_name("FILE");
  command.parse_complete_callback([&command] { check_pairs(command); });
}

std::optional<TlsOptions> TlsFlags::options() const {
  if (certificate_files_.empty()) return std::nullopt;
  TlsOptions options;
  for (std::size_t index = 0; index < certificate_files_.size(); ++index) {
    options.certificates.push_back({certificate_files_[index], key_files_[index]});
  }
  options.client_ca_file = client_ca_file_;
  if (!client_ca_file_.empty()) options.client_certificates = ClientCertificates::required;
  return options;
}

}  // namespace duplex::cli
