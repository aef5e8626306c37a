#include "protocol/testing.hpp"

#include <algorithm>
#include <memory>

#include "base/assert.hpp"

namespace duplex::protocol_testing {
namespace {

constexpr char hex_digits[] = "0123456789ABCDEF";

std::uint8_t number(std::byte byte) { return std::to_integer<std::uint8_t>(byte); }

std::byte hex_pair(std::string_view pair) {
  DUPLEX_ASSERT(pair.size() == 2);
  const std::string_view digits = hex_digits;
  const std::size_t high = digits.find(pair[0]);
  const std::size_t low = digits.find(pair[1]);
  DUPLEX_ASSERT(high != digits.npos && low != digits.npos);
  return static_cast<std::byte>(high * 16 + low);
}

// One word of the notation.
Octets parse_word(std::string_view word) {
  if (word == "Z") return Octets(4);
  if (word.front() == '\'') return octets(word.substr(1, word.size() - 2));
  if (const std::size_t star = word.find('*'); star != word.npos) {
    return Octets(std::stoul(std::string(word.substr(0, star))), hex_pair(word.substr(star + 1)));
  }
  Octets bytes;
  for (; !word.empty(); word.remove_prefix(2)) bytes.push_back(hex_pair(word.substr(0, 2)));
  return bytes;
}

// A frame as far as its bytes are here, without judging it.
struct RawFrame {
  ConstBytes header;  // with the masking key
  ConstBytes payload;
  bool is_masked = false;
};

RawFrame cut_frame(ConstBytes& bytes) {
  RawFrame frame;
  std::size_t header_bytes = 2;
  std::uint64_t payload_bytes = 0;
  if (bytes.size() >= 2) {
    const std::uint8_t length = number(bytes[1]) & 0x7F;
    const std::size_t extended_bytes = length == 127 ? 8 : length == 126 ? 2 : 0;
    frame.is_masked = (number(bytes[1]) & 0x80) != 0;
    payload_bytes = extended_bytes > 0 ? 0 : length;
    for (std::size_t i = 2; i < std::min(2 + extended_bytes, bytes.size()); ++i) {
      payload_bytes = payload_bytes << 8 | number(bytes[i]);
    }
    header_bytes += extended_bytes + (frame.is_masked ? 4 : 0);
  }
  frame.header = bytes.first(std::min(header_bytes, bytes.size()));
  bytes = bytes.subspan(frame.header.size());
  frame.payload = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(payload_bytes, bytes.size())));
  bytes = bytes.subspan(frame.payload.size());
  return frame;
}

Octets unmasked_payload(const RawFrame& frame) {
  Octets payload(frame.payload.begin(), frame.payload.end());
  if (!frame.is_masked) return payload;
  const ConstBytes key = frame.header.last(std::min<std::size_t>(4, frame.header.size()));
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= key[i % 4];
  return payload;
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string data_to_text(MessageType type, ConstBytes payload) {
  return type == MessageType::text ? "text " + quoted(as_text(payload)) : "binary " + to_hex(payload);
}

std::string close_to_text(unsigned code, std::string_view reason) {
  std::string text = "close " + std::to_string(code);
  return reason.empty() ? text : text + " " + quoted(reason);
}

std::string close_body_to_text(ConstBytes body) {
  if (body.size() < 2) return body.empty() ? "close" : "close " + to_hex(body);
  return close_to_text(number(body[0]) * 256u + number(body[1]), as_text(body.subspan(2)));
}

std::string_view opcode_name(std::uint8_t opcode) {
  constexpr std::string_view names[] = {"continuation", "text", "binary"};
  return opcode < std::size(names) ? names[opcode] : "unknown";
}

std::string frame_to_text(std::uint8_t opcode, ConstBytes payload) {
  switch (opcode) {
    case 0:
      return "continuation " + to_hex(payload);
    case 1:
      return data_to_text(MessageType::text, payload);
    case 2:
      return data_to_text(MessageType::binary, payload);
    case 8:
      return close_body_to_text(payload);
    case 9:
      return "ping " + to_hex(payload);
    case 10:
      return "pong " + to_hex(payload);
    default:
      return "unknown " + to_hex(payload);
  }
}

struct EventToText {
  std::string operator()(const MessageEvent& event) const { return data_to_text(event.type, event.payload); }
  std::string operator()(const ChunkEvent& event) const {
    const std::string marks = std::string(event.first ? "first " : "") + (event.last ? "last " : "");
    return "chunk " + marks + data_to_text(event.type, event.payload);
  }
  std::string operator()(const PingEvent& event) const { return "ping " + to_hex(event.payload); }
  std::string operator()(const PongEvent& event) const { return "pong " + to_hex(event.payload); }
  std::string operator()(const CloseEvent& event) const {
    return close_to_text(static_cast<unsigned>(event.code), event.reason);
  }
  std::string operator()(const FailureEvent& event) const {
    return "failure " + std::to_string(static_cast<unsigned>(event.code)) + " " + quoted(event.detail);
  }
};

}  // namespace

Octets hex(std::string_view notation) {
  Octets bytes;
  while (true) {
    notation.remove_prefix(std::min(notation.find_first_not_of(' '), notation.size()));
    if (notation.empty()) return bytes;
    const std::size_t quote = notation.front() == '\'' ? notation.find('\'', 1) : 0;
    DUPLEX_ASSERT(quote != notation.npos);
    const std::string_view word = notation.substr(0, notation.find(' ', quote));
    bytes = std::move(bytes) + parse_word(word);
    notation.remove_prefix(word.size());
  }
}

std::string to_hex(ConstBytes bytes) {
  constexpr std::size_t shown_bytes_max = 64;
  std::string text;
  for (const std::byte byte : bytes.first(std::min(bytes.size(), shown_bytes_max))) {
    if (!text.empty()) text += ' ';
    text += hex_digits[number(byte) / 16];
    text += hex_digits[number(byte) % 16];
  }
  return bytes.size() <= shown_bytes_max ? text : text + " … of " + std::to_string(bytes.size());
}

Octets octets(std::string_view text) {
  const ConstBytes bytes = as_bytes(text);
  return Octets(bytes.begin(), bytes.end());
}

Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Octets unmasked(ConstBytes frames) {
  Octets result;
  while (!frames.empty()) {
    const RawFrame frame = cut_frame(frames);
    Octets header(frame.header.begin(), frame.header.end());
    if (frame.is_masked) {
      const std::size_t length = number(header[1]) & 0x7F;
      const std::size_t without_key_bytes = length == 127 ? 10 : length == 126 ? 4 : 2;
      header[1] &= std::byte{0x7F};
      header.resize(std::min(header.size(), without_key_bytes));
    }
    result = std::move(result) + header + unmasked_payload(frame);
  }
  return result;
}

void ZeroEntropy::fill(Bytes bytes) { std::fill(bytes.begin(), bytes.end(), std::byte{0}); }

void SeededEntropy::fill(Bytes bytes) {
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_() >> 24);
}

std::vector<Octets> cut(const Octets& bytes, Segmentation segmentation) {
  std::vector<Octets> pieces;
  const auto add = [&pieces](ConstBytes piece) {
    if (!piece.empty()) pieces.emplace_back(piece.begin(), piece.end());
  };
  ConstBytes rest = bytes;
  while (!rest.empty()) {
    switch (segmentation) {
      case Segmentation::whole:
        add(std::exchange(rest, {}));
        break;
      case Segmentation::byte_by_byte:
        add(rest.first(1));
        rest = rest.subspan(1);
        break;
      case Segmentation::header_and_payload_apart: {
        const RawFrame frame = cut_frame(rest);
        add(frame.header);
        add(frame.payload);
      }
    }
  }
  return pieces;
}

std::vector<Octets> cut_randomly(const Octets& bytes, std::mt19937& engine) {
  std::vector<Octets> pieces;
  ConstBytes rest = bytes;
  while (!rest.empty()) {
    const std::size_t size_max = engine() % 8 == 0 ? 1000 : 20;
    const std::size_t size = std::min<std::size_t>(rest.size(), 1 + engine() % size_max);
    pieces.emplace_back(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
    rest = rest.subspan(size);
  }
  return pieces;
}

std::string to_text(const ProtocolEvent& event) { return std::visit(EventToText(), event); }

std::vector<std::string> frames_to_text(ConstBytes output) {
  std::vector<std::string> lines;
  while (!output.empty()) {
    const RawFrame frame = cut_frame(output);
    const std::uint8_t first = number(frame.header[0]);
    std::string line = frame.is_masked ? "masked " : "";
    if ((first & 0x80) == 0) line += "unfinished ";
    if ((first & 0x70) == 0x40) {
      line += "compressed " + std::string(opcode_name(first & 0x0F)) + " " + to_hex(unmasked_payload(frame));
    } else {
      line += frame_to_text(first & 0x7F, unmasked_payload(frame));
    }
    lines.push_back(line);
  }
  return lines;
}

Reaction feed(Protocol& protocol, const std::vector<Octets>& pieces) {
  Reaction reaction;
  for (const Octets& piece : pieces) {
    Octets lent = piece;
    protocol.receive(lent);
    while (const auto event = protocol.next_event()) reaction.events.push_back(to_text(*event));
  }
  reaction.frames = frames_to_text(protocol.output().bytes());
  return reaction;
}

}  // namespace duplex::protocol_testing
