// What session tickets are sealed with (RFC 5077 §4), so that the server has to remember nothing.
#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <optional>

#include "tls/openssl.hpp"

namespace duplex::tls {

/// The key for new tickets, and the one before it. Whoever gets hold of a key can read the recorded sessions
/// of TLS 1.2 whose tickets it has sealed, so none is kept for long. Kept while certificates change: clients
/// that were here before resume. Any thread.
class TicketKeys {
 public:
  /// How long a ticket is good, and how long to wait from one rotate() to the next: so the key of a ticket is
  /// here as long as the ticket is good, and twice that long at most.
  static constexpr std::chrono::hours lifetime{2};

  TicketKeys() : current_(Key::random()), previous_(Key::random()) {}
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  /// A new key for new tickets; forgets the one before the last.
  void rotate();
  /// Makes the context use these keys, which outlive it.
  void attach_to(SSL_CTX& context);

 private:
  struct Key {
    static Key random();
    std::array<unsigned char, 16> name;  // stands in the ticket, in the clear
    std::array<unsigned char, 32> cipher;
    std::array<unsigned char, 32> mac;
  };
  /// For opening: which key, and whether the client needs a new ticket.
  struct Found {
    Key key;
    bool is_current;
  };

  // What OpenSSL calls (SSL_CTX_set_tlsext_ticket_key_evp_cb), and the two sides of it.
  static int seal_or_open(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                          EVP_MAC_CTX* mac, int is_sealing);
  int seal(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX& cipher, EVP_MAC_CTX& mac) const;
  int open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX& cipher,
           EVP_MAC_CTX& mac) const;
  Key current() const;
  std::optional<Found> find(const unsigned char* name) const;

  mutable std::mutex mutex_;
  Key current_;   // guarded by mutex_
  Key previous_;  // guarded by mutex_; at first one that has sealed nothing
};

}  // namespace duplex::tls
