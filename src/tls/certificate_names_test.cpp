#include "tls/certificate_names.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <gtest/gtest.h>

#include "tls/testing.hpp"

namespace duplex::tls::testing {
namespace {

CertificatePointer certificate_with(const Wish& wish) {
  const std::string pem = issue_self_signed(wish).certificate;
  BIO* memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  CertificatePointer certificate(PEM_read_bio_X509(memory, nullptr, nullptr, nullptr));
  BIO_free(memory);
  return certificate;
}

TEST(CertificateNames, are_the_alternative_names_and_only_without_them_the_common_name) {
  EXPECT_EQ(names_of(*certificate_with({"c.example", {"A.example", "*.b.example"}})),
            (std::vector<std::string>{"a.example", "*.b.example"}));
  EXPECT_EQ(names_of(*certificate_with({"C.example", {}})), std::vector<std::string>{"c.example"});
}

TEST(CertificateNames, the_exact_one_goes_before_the_wildcard_which_is_one_label) {
  CertificateNames names;
  names.add(*certificate_with({"first", {"*.example.org", "example.org"}}), 0);
  names.add(*certificate_with({"second", {"www.example.org", "example.org"}}), 1);
  EXPECT_EQ(names.find("www.example.org"), 1u);
  EXPECT_EQ(names.find("API.Example.Org"), 0u);
  EXPECT_EQ(names.find("example.org"), 0u);
  EXPECT_EQ(names.find("a.b.example.org"), std::nullopt);
  EXPECT_EQ(names.find(".example.org"), std::nullopt);
  EXPECT_EQ(names.find("org"), std::nullopt);
  EXPECT_EQ(names.find(""), std::nullopt);
}

TEST(CertificateNames, a_subject_is_one_line_without_control_characters) {
  EXPECT_EQ(subject_of(*certificate_with({"Ada", {}})), "CN=Ada");
  EXPECT_EQ(subject_of(*certificate_with({"A\nda,b", {}})), "CN=A\\0Ada\\,b");
}

}  // namespace
}  // namespace duplex::tls::testing
