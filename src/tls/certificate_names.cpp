#include "tls/certificate_names.hpp"

#include <openssl/bio.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace duplex::tls {
namespace {

using NamesPointer = std::unique_ptr<GENERAL_NAMES, FreedBy<GENERAL_NAMES_free>>;
using BioPointer = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string in_lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::string text_of(const ASN1_STRING* text) {
  return in_lower_case({reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                        static_cast<std::size_t>(ASN1_STRING_length(text))});
}

std::vector<std::string> alternative_names(const X509& certificate) {
  std::vector<std::string> found;
  const NamesPointer names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int index = 0; index < sk_GENERAL_NAME_num(names.get()); ++index) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), index);
    if (name->type == GEN_DNS) found.push_back(text_of(name->d.dNSName));
  }
  return found;
}

std::vector<std::string> common_name(const X509& certificate) {
  X509_NAME* subject = X509_get_subject_name(&certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index < 0) return {};
  return {text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)))};
}

}  // namespace

std::vector<std::string> names_of(const X509& certificate) {
  std::vector<std::string> names = alternative_names(certificate);
  return names.empty() ? common_name(certificate) : names;
}

std::string subject_of(const X509& certificate) {
  const BioPointer memory(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(memory.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

void CertificateNames::add(const X509& certificate, std::size_t index) {
  for (const std::string& name : names_of(certificate)) indices_.emplace(name, index);
}

std::optional<std::size_t> CertificateNames::find(std::string_view host) const {
  const std::string name = in_lower_case(host);
  if (const auto exact = indices_.find(name); exact != indices_.end()) return exact->second;
  const std::size_t dot = name.find('.');
  if (dot == 0 || dot == std::string::npos) return std::nullopt;
  const auto wildcard = indices_.find("*" + name.substr(dot));
  if (wildcard == indices_.end()) return std::nullopt;
  return wildcard->second;
}

}  // namespace duplex::tls
