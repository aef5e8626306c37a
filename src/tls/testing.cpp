#include "tls/testing.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <fstream>
#include <memory>

#include "base/assert.hpp"

namespace duplex::tls::testing {
namespace {

using KeyPointer = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using BioPointer = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, FreedBy<X509_EXTENSION_free>>;

KeyPointer make_key() {
  KeyPointer key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  DUPLEX_ASSERT(key != nullptr);
  return key;
}

CertificatePointer make_certificate(const Wish& wish, EVP_PKEY& key) {
  CertificatePointer certificate(X509_new());
  std::uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.valid_from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.valid_to.count());
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1, -1, 0);
  return certificate;
}

void extend(X509& certificate, int kind, const std::string& value) {
  const ExtensionPointer extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  DUPLEX_ASSERT(extension != nullptr);
  X509_add_ext(&certificate, extension.get(), -1);
}

void add_names(X509& certificate, const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ",";
    list += name.starts_with("IP:") ? name : "DNS:" + name;
  }
  if (!list.empty()) extend(certificate, NID_subject_alt_name, list);
}

void sign(X509& certificate, const X509& issuer, EVP_PKEY& key) {
  X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer));
  DUPLEX_ASSERT(X509_sign(&certificate, &key, EVP_sha256()) > 0);
}

std::string content_of(BIO& memory) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(&memory, &text);
  return {text, static_cast<std::size_t>(length)};
}

std::string pem_of(const X509& certificate) {
  const BioPointer memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), &certificate);
  return content_of(*memory);
}

std::string pem_of(const EVP_PKEY& key) {
  const BioPointer memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(memory.get(), &key, nullptr, nullptr, 0, nullptr, nullptr);
  return content_of(*memory);
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "duplex-tls-XXXXXX").string();
  DUPLEX_ASSERT(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::write(const std::string& name, std::string_view content) const {
  std::ofstream(path_ / name, std::ios::binary) << content;
  return path_of(name);
}

Authority::Authority(const std::string& name) : key_(make_key()) {
  Wish wish;
  wish.common_name = name;
  certificate_ = make_certificate(wish, *key_);
  extend(*certificate_, NID_basic_constraints, "critical,CA:TRUE");
  extend(*certificate_, NID_key_usage, "critical,keyCertSign,cRLSign");
  sign(*certificate_, *certificate_, *key_);
}

Issued Authority::issue(const Wish& wish) const {
  const KeyPointer key = make_key();
  const CertificatePointer certificate = make_certificate(wish, *key);
  add_names(*certificate, wish.names);
  sign(*certificate, *certificate_, *key_);
  return {pem_of(*certificate), pem_of(*key)};
}

std::string Authority::pem() const { return pem_of(*certificate_); }

Issued issue_self_signed(const Wish& wish) {
  const KeyPointer key = make_key();
  const CertificatePointer certificate = make_certificate(wish, *key);
  add_names(*certificate, wish.names);
  sign(*certificate, *certificate, *key);
  return {pem_of(*certificate), pem_of(*key)};
}

TlsCertificate store(const Folder& folder, const std::string& name, const Issued& issued) {
  return {folder.write(name + ".crt", issued.certificate), folder.write(name + ".key", issued.key)};
}

}  // namespace duplex::tls::testing
