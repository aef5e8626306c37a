#include "protocol/mask.hpp"

#include "protocol/xor_payload.hpp"

namespace duplex::protocol {
namespace {

#if defined(__x86_64__)
using WideVector = std::uint64_t __attribute__((vector_size(32)));

[[gnu::target("avx2")]] bool xor_wide(const std::byte* from, std::byte* to, std::size_t count,
                                      MaskingKey key) {
  return xor_by<WideVector>(from, to, count, key);
}

const bool has_wide_vectors = __builtin_cpu_supports("avx2") != 0;

bool xor_payload(const std::byte* from, std::byte* to, std::size_t count, MaskingKey key) {
  const bool is_wide = has_wide_vectors && count >= sizeof(WideVector);
  return is_wide ? xor_wide(from, to, count, key) : xor_short(from, to, count, key);
}
#else
bool xor_payload(const std::byte* from, std::byte* to, std::size_t count, MaskingKey key) {
  return xor_short(from, to, count, key);
}
#endif

}  // namespace

bool apply_mask(Bytes payload, MaskingKey key) {
  return xor_payload(payload.data(), payload.data(), payload.size(), key);
}

bool copy_masked(ConstBytes payload, std::byte* destination, MaskingKey key) {
  return xor_payload(payload.data(), destination, payload.size(), key);
}

}  // namespace duplex::protocol
