// What tests and fuzzers of the protocol share: byte notation, segmentation, and reactions as text.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <duplex/protocol.hpp>

namespace duplex::protocol_testing {

using Octets = std::vector<std::byte>;

/// Bytes from notation: hex pairs, `Z` for the masking key 00 00 00 00, `125*FE` for a pair repeated,
/// `'Hello'` for text; blanks are ignored. Anything else is an assertion failure.
Octets hex(std::string_view notation);
/// "8A 05 48"; what is longer than 64 bytes is cut, with its size.
std::string to_hex(ConstBytes bytes);
Octets octets(std::string_view text);
Octets operator+(Octets left, const Octets& right);

/// The frames of a client as a server would have sent them: mask bit and keys taken away, payload unmasked.
/// Broken and incomplete frames are kept as far as they go.
Octets unmasked(ConstBytes frames);

/// Masking keys that do not hide anything, so that a client's output can be read in a test.
class ZeroEntropy final : public Entropy {
 public:
  void fill(Bytes bytes) override;
};
/// Masking keys that look random and are the same in every run.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint32_t seed) : engine_(seed) {}
  void fill(Bytes bytes) override;

 private:
  std::mt19937 engine_;
};

/// How a peer's bytes are spread over reads.
enum class Segmentation { whole, byte_by_byte, header_and_payload_apart };
constexpr std::initializer_list<Segmentation> all_segmentations = {
    Segmentation::whole, Segmentation::byte_by_byte, Segmentation::header_and_payload_apart};
std::vector<Octets> cut(const Octets& bytes, Segmentation segmentation);
/// Pieces of random sizes, most of them small.
std::vector<Octets> cut_randomly(const Octets& bytes, std::mt19937& engine);

/// `text "Hello"`, `binary FF`, `text chunk first last "He"`, `ping 70`, `close 1000 "bye"`,
/// `failure 1002 "unknown opcode"`.
std::string to_text(const ProtocolEvent& event);
/// Output bytes as one line per frame, read by a decoder of their own: `text "Hello"`, `pong 70`,
/// `close 1000 "bye"`, `masked ` in front where it was, `unfinished ` for FIN=0, `continuation …`.
std::vector<std::string> frames_to_text(ConstBytes output);

/// What a protocol made of its input.
struct Reaction {
  std::vector<std::string> events;
  std::vector<std::string> frames;
};
/// Lends each piece in memory of its own, which is destroyed as soon as the protocol may no longer look at
/// it; takes the events, and the output at the end.
Reaction feed(Protocol& protocol, const std::vector<Octets>& pieces);

}  // namespace duplex::protocol_testing
