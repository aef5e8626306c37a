#include "certificate_watch.hpp"

#include <utility>

namespace duplex::cli {
namespace {

std::vector<std::string> files_of(const TlsOptions& options) {
  std::vector<std::string> files;
  for (const TlsCertificate& certificate : options.certificates) {
    files.push_back(certificate.certificate_file);
    files.push_back(certificate.key_file);
  }
  if (!options.client_ca_file.empty()) files.push_back(options.client_ca_file);
  return files;
}

}  // namespace

CertificateWatch::CertificateWatch(const TlsOptions& options, Reload reload, Log log)
    : files_(files_of(options)),
      reload_(std::move(reload)),
      log_(std::move(log)),
      loaded_(stamps_of(files_)) {}

void CertificateWatch::reload_now() {
  try_to_reload();
  if (!last_error_.empty()) tell_error();
}

void CertificateWatch::look() {
  if (stamps_of(files_) == loaded_) return;
  const std::string error_before = last_error_;
  try_to_reload();
  const bool is_lasting = !last_error_.empty() && last_error_ == error_before;
  if (is_lasting && told_error_ != last_error_) tell_error();
}

void CertificateWatch::try_to_reload() {
  // Taken before: what changes while it is read is read again.
  const std::vector<FileStamp> stamps = stamps_of(files_);
  const Result<void> reloaded = reload_();
  last_error_ = reloaded ? "" : reloaded.error().message;
  if (!reloaded) return;
  loaded_ = stamps;
  told_error_.clear();
  log_(LogLevel::info, "certificates reloaded");
}

void CertificateWatch::tell_error() {
  told_error_ = last_error_;
  log_(LogLevel::error, "certificates stay as they were: " + last_error_);
}

}  // namespace duplex::cli
