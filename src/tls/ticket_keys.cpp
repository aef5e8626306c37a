#include "tls/ticket_keys.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <span>

#include "base/assert.hpp"

namespace duplex::tls {
namespace {

// What OpenSSL's callback answers.
constexpr int failed = -1;
constexpr int unknown_key = 0;  // a whole handshake follows
constexpr int done = 1;
constexpr int done_but_renew = 2;

const EVP_CIPHER* algorithm() { return EVP_aes_256_cbc(); }

/// OpenSSL copies the key.
bool set_mac_key(EVP_MAC_CTX& mac, std::span<unsigned char> key) {
  std::array<char, 7> digest{"SHA256"};
  const std::array<OSSL_PARAM, 3> parameters = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(&mac, parameters.data()) == 1;
}

}  // namespace

TicketKeys::Key TicketKeys::Key::random() {
  Key key;
  for (const std::span<unsigned char> part :
       std::array<std::span<unsigned char>, 3>{key.name, key.cipher, key.mac})
    DUPLEX_ASSERT(RAND_bytes(part.data(), static_cast<int>(part.size())) == 1);
  return key;
}

void TicketKeys::rotate() {
  const Key fresh = Key::random();
  const std::lock_guard lock(mutex_);
  previous_ = current_;
  current_ = fresh;
}

TicketKeys::Key TicketKeys::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::optional<TicketKeys::Found> TicketKeys::find(const unsigned char* name) const {
  const std::lock_guard lock(mutex_);
  if (std::equal(current_.name.begin(), current_.name.end(), name)) return Found{current_, true};
  if (std::equal(previous_.name.begin(), previous_.name.end(), name)) return Found{previous_, false};
  return {};
}

void TicketKeys::attach_to(SSL_CTX& context) {
  SSL_CTX_set_timeout(&context, std::chrono::seconds(lifetime).count());
  SSL_CTX_set_app_data(&context, this);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(&context, seal_or_open);
}

int TicketKeys::seal_or_open(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                             EVP_MAC_CTX* mac, int is_sealing) {
  const auto& self = *static_cast<const TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  return is_sealing != 0 ? self.seal(name, iv, *cipher, *mac) : self.open(name, iv, *cipher, *mac);
}

int TicketKeys::seal(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX& cipher, EVP_MAC_CTX& mac) const {
  Key key = current();
  std::copy(key.name.begin(), key.name.end(), name);
  const bool is_ready = RAND_bytes(iv, EVP_CIPHER_get_iv_length(algorithm())) == 1 &&
                        EVP_EncryptInit_ex2(&cipher, algorithm(), key.cipher.data(), iv, nullptr) == 1 &&
                        set_mac_key(mac, key.mac);
  return is_ready ? done : failed;
}

int TicketKeys::open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX& cipher,
                     EVP_MAC_CTX& mac) const {
  std::optional<Found> found = find(name);
  if (!found) return unknown_key;
  const bool is_ready =
      EVP_DecryptInit_ex2(&cipher, algorithm(), found->key.cipher.data(), iv, nullptr) == 1 &&
      set_mac_key(mac, found->key.mac);
  if (!is_ready) return failed;
  return found->is_current ? done : done_but_renew;
}

}  // namespace duplex::tls
