// For which hosts a certificate is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tls/openssl.hpp"

namespace duplex::tls {

/// The DNS names (RFC 6125 §6.4) in lower case, as they stand there: "*.example.org" is one. Without any, the
/// common name of the subject, as servers have always taken it.
std::vector<std::string> names_of(const X509& certificate);

/// The subject as one line (RFC 2253): "CN=Ada,O=Example".
std::string subject_of(const X509& certificate);

/// Finds by the name that a client asks for which of several certificates it gets. A value.
class CertificateNames {
 public:
  /// Names that are there already stay with whom they had first.
  void add(const X509& certificate, std::size_t index);
  /// The one with exactly that name, else the one with a wildcard for it, which stands for one label (RFC
  /// 6125 §6.4.3); upper and lower case are the same.
  std::optional<std::size_t> find(std::string_view host) const;

 private:
  std::unordered_map<std::string, std::size_t> indices_;
};

}  // namespace duplex::tls
