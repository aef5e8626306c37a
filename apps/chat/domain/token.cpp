#include "chat/domain/token.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace duplex::chat {

constexpr std::size_t token_characters = 52;

std::string make_token(const RandomBytes& random) { return random_text(random, token_characters); }

TokenHash hash_token(std::string_view token) {
  TokenHash hash{};
  unsigned length = 0;
  if (EVP_Digest(token.data(), token.size(), hash.data(), &length, EVP_sha256(), nullptr) != 1 ||
      length != hash.size())
    throw std::runtime_error("this OpenSSL has no SHA-256");
  return hash;
}

}  // namespace duplex::chat
