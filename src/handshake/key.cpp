// OpenSSL 3 calls SHA1_Init() and its like deprecated. What replaces them looks the algorithm up by its name
// and allocates a context for every handshake, which takes several times as long as to hash one block.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "handshake/key.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstddef>

#include "base/assert.hpp"

namespace duplex::handshake {
namespace {

constexpr std::string_view accept_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3
constexpr std::size_t nonce_bytes = 16;
constexpr std::size_t key_padding = 2;

bool is_base64(char character) {
  return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
         (character >= 'a' && character <= 'z') || character == '+' || character == '/';
}

/// base64 of `bytes`; EVP_EncodeBlock adds a NUL that is cut off here.
template<std::size_t Size>
std::array<char, Size> encode_base64(const unsigned char* bytes, std::size_t count) {
  std::array<unsigned char, Size + 1> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), bytes, static_cast<int>(count));
  DUPLEX_ASSERT(length == static_cast<int>(Size));
  std::array<char, Size> text{};
  std::copy_n(encoded.begin(), Size, text.begin());
  return text;
}

}  // namespace

Key make_key(Entropy& entropy) {
  std::array<unsigned char, nonce_bytes> nonce{};
  entropy.fill(std::as_writable_bytes(std::span(nonce)));
  return encode_base64<sizeof(Key)>(nonce.data(), nonce.size());
}

bool is_valid_key(std::string_view key) {
  return key.size() == sizeof(Key) && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - key_padding, is_base64);
}

AcceptValue accept_value(std::string_view key) {
  DUPLEX_ASSERT(is_valid_key(key));
  std::array<unsigned char, sizeof(Key) + accept_guid.size()> input{};
  std::copy(accept_guid.begin(), accept_guid.end(), std::copy(key.begin(), key.end(), input.begin()));
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, input.data(), input.size());
  SHA1_Final(digest.data(), &context);
  return encode_base64<sizeof(AcceptValue)>(digest.data(), digest.size());
}

}  // namespace duplex::handshake
