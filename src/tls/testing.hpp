// What tests of TLS need: an authority that makes certificates, and files to put them into. Nothing of it is
// kept.
#pragma once

#include <openssl/evp.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <duplex/tls.hpp>

#include "tls/openssl.hpp"

namespace duplex::tls::testing {

/// A folder of its own that goes when this does.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// Writes, or overwrites, a file there; returns its path.
  std::string write(const std::string& name, std::string_view content) const;
  std::string path_of(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// What a certificate is to say.
struct Wish {
  std::string common_name;
  std::vector<std::string> names;  ///< DNS names, or addresses as "IP:127.0.0.1"
  std::chrono::seconds valid_from{-3'600};
  std::chrono::seconds valid_to{3'600};  ///< both counted from now
};

/// A certificate and its key, in PEM.
struct Issued {
  std::string certificate;
  std::string key;
};

/// Whoever trusts it trusts what it has issued.
class Authority {
 public:
  explicit Authority(const std::string& name = "Authority of the tests");
  Issued issue(const Wish& wish) const;
  /// Its own certificate, for ca_file.
  std::string pem() const;

 private:
  using KeyPointer = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
  KeyPointer key_;
  CertificatePointer certificate_;
};

/// Signed by itself.
Issued issue_self_signed(const Wish& wish);

/// Writes both into the folder, as NAME.crt and NAME.key.
TlsCertificate store(const Folder& folder, const std::string& name, const Issued& issued);

}  // namespace duplex::tls::testing
