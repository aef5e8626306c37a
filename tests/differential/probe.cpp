// Reads one case per line, prints how the library takes it: JSON in, JSON out, bytes in hexadecimal digits.
// No sockets, so that thousands of cases fit into a second.
#include <cstddef>
#include <iostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <duplex/compression.hpp>
#include <duplex/protocol.hpp>
#include <nlohmann/json.hpp>

#include "handshake/accept.hpp"
#include "handshake/dial.hpp"
#include "http/request_reader.hpp"
#include "http/response_reader.hpp"

namespace {

using Json = nlohmann::ordered_json;
using duplex::http::RequestReader;
using duplex::http::ResponseReader;

std::string decode_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t index = 0; index + 1 < digits.size(); index += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(index, 2)), nullptr, 16)));
  return bytes;
}

std::string encode_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += digits[value / 16];
    text += digits[value % 16];
  }
  return text;
}

std::string encode_hex(duplex::ConstBytes bytes) { return encode_hex(duplex::as_text(bytes)); }

/// The input as it comes from the wire, one string per read.
std::vector<std::string> pieces_of(const Json& test_case) {
  std::vector<std::string> pieces;
  for (const Json& piece : test_case.at("pieces")) pieces.push_back(decode_hex(piece.get<std::string>()));
  return pieces;
}

/// What a parser made of the header section, for comparing it byte by byte.
std::string encode_fields(const duplex::HeaderFields& fields) {
  std::string text;
  for (const duplex::HeaderField& field : fields) text += field.name + ":" + field.value + "\r\n";
  return encode_hex(text);
}

Json refused(int status, std::string_view why) {
  return {{"end", "refused"}, {"status", status}, {"why", why}};
}

// --- the server's half of the opening handshake

Json answer_request(const duplex::Request& request, const std::vector<std::string>& subprotocols) {
  duplex::handshake::AcceptOptions options;
  options.subprotocols = subprotocols;
  options.allowed_origins = {"*"};
  const auto outcome = duplex::handshake::check_request(request, options);
  if (const auto* refusal = std::get_if<duplex::Response>(&outcome))
    return refused(refusal->status, refusal->body);
  const auto& offer = std::get<duplex::handshake::ClientOffer>(outcome);
  return {{"end", "accepted"},
          {"accept", duplex::handshake::text_of(offer.accept_value)},
          {"subprotocol", duplex::handshake::choose_subprotocol(offer, options.subprotocols).value_or("")}};
}

Json receive_request(const Json& test_case) {
  const duplex::Limits limits;
  RequestReader reader(limits, duplex::http::Security::plain);
  for (const std::string& piece : pieces_of(test_case)) {
    if (reader.state() != RequestReader::State::reading) break;
    reader.receive(duplex::as_bytes(piece));
  }
  if (reader.state() == RequestReader::State::reading) return {{"head", "waiting"}, {"end", "waiting"}};
  Json reaction;
  if (reader.state() == RequestReader::State::rejected) {
    reaction = refused(reader.rejection().status, reader.rejection().body);
    reaction["head"] = "refused";
    return reaction;
  }
  reaction = answer_request(reader.request(), test_case.at("subprotocols"));
  reaction["head"] = "read";
  reaction["fields"] = encode_fields(reader.request().headers);
  return reaction;
}

// --- the client's half

Json check_response(const duplex::Response& response, const Json& test_case) {
  duplex::handshake::DialRequestOptions options;
  options.subprotocols = test_case.at("subprotocols").get<std::vector<std::string>>();
  duplex::handshake::Key key{};
  test_case.at("key").get<std::string>().copy(key.data(), key.size());
  const auto agreement = duplex::handshake::check_response(response, options, key);
  if (!agreement) return refused(0, agreement.error().message);
  return {{"end", "accepted"}, {"subprotocol", agreement->subprotocol}};
}

Json receive_response(const Json& test_case) {
  const duplex::Limits limits;
  ResponseReader reader(limits);
  for (const std::string& piece : pieces_of(test_case)) {
    if (reader.state() != ResponseReader::State::reading) break;
    reader.receive(duplex::as_bytes(piece));
  }
  reader.receive_eof();
  if (reader.state() == ResponseReader::State::failed) return refused(0, reader.text());
  return check_response(reader.response(), test_case);
}

// --- frames

/// Masks need not be unpredictable here.
class NoEntropy final : public duplex::Entropy {
 public:
  void fill(duplex::Bytes bytes) override {
    for (std::byte& byte : bytes) byte = std::byte{0x5A};
  }
};

duplex::AgreedCompression::Direction direction_of(const Json& test_case) {
  return {test_case.at("context_takeover"), test_case.at("window_bits")};
}

class FrameCase {
 public:
  explicit FrameCase(const Json& test_case)
      : protocol_(make_protocol(test_case)), pieces_(pieces_of(test_case)) {
    if (!test_case.contains("window_bits")) return;
    duplex::AgreedCompression agreed;
    agreed.receiving = direction_of(test_case);
    protocol_.compress(agreed, pool_);
  }

  Json run() {
    for (std::string& piece : pieces_) {
      protocol_.receive(std::as_writable_bytes(std::span(piece)));
      while (const auto event = protocol_.next_event())
        std::visit([this](const auto& happened) { note(happened); }, *event);
    }
    reaction_["output"] = encode_hex(std::as_const(protocol_).output().bytes());
    return reaction_;
  }

 private:
  duplex::Protocol make_protocol(const Json& test_case) {
    limits_.message_bytes_max = test_case.at("message_bytes_max");
    return test_case.at("role") == "server" ? duplex::Protocol::server(limits_)
                                            : duplex::Protocol::client(limits_, entropy_);
  }

  void note(const duplex::MessageEvent& message) {
    add(message.type == duplex::MessageType::text ? "text" : "binary", encode_hex(message.payload));
  }
  void note(const duplex::ChunkEvent& chunk) { add("chunk", encode_hex(chunk.payload)); }
  void note(const duplex::PingEvent& ping) { add("ping", encode_hex(ping.payload)); }
  void note(const duplex::PongEvent& pong) { add("pong", encode_hex(pong.payload)); }
  void note(const duplex::CloseEvent& close) {
    reaction_["end"] = "closed";
    reaction_["code"] = static_cast<unsigned>(close.code);
    reaction_["reason"] = encode_hex(close.reason);
  }
  void note(const duplex::FailureEvent& failure) {
    reaction_["end"] = "failed";
    reaction_["code"] = static_cast<unsigned>(failure.code);
    reaction_["why"] = failure.detail;
  }

  void add(std::string_view kind, const std::string& payload) {
    reaction_["events"].push_back(Json::array({kind, payload}));
  }

  duplex::Limits limits_;
  NoEntropy entropy_;
  duplex::CompressionPool pool_;
  duplex::Protocol protocol_;
  std::vector<std::string> pieces_;
  Json reaction_ = {{"end", "open"}, {"events", Json::array()}};
};

// --- messages to frames

/// Sends what the case holds, every message in the way that its first byte names.
class DeflateCase {
 public:
  explicit DeflateCase(const Json& test_case)
      : protocol_(make_protocol(test_case)), messages_(pieces_of(test_case)) {
    duplex::AgreedCompression agreed;
    agreed.sending = direction_of(test_case);
    agreed.threshold_bytes = test_case.at("threshold_bytes");
    protocol_.compress(agreed, pool_);
  }

  Json run() {
    for (const std::string& message : messages_) send(message.front(), std::string_view(message).substr(1));
    return {{"output", encode_hex(std::as_const(protocol_).output().bytes())}};
  }

 private:
  duplex::Protocol make_protocol(const Json& test_case) {
    limits_.send_fragment_bytes = test_case.at("fragment_bytes");
    return test_case.at("role") == "server" ? duplex::Protocol::server(limits_)
                                            : duplex::Protocol::client(limits_, entropy_);
  }

  void send(char way, std::string_view text) {
    const duplex::ConstBytes payload = duplex::as_bytes(text);
    if (way == 'c') {
      send_in_chunks(payload);
    } else if (way == 'p') {
      static_cast<void>(protocol_.send_plain(duplex::MessageType::binary, payload));
    } else if (way == 's' || !broadcast(payload)) {
      static_cast<void>(protocol_.send(duplex::MessageType::binary, payload));
    }
  }

  void send_in_chunks(duplex::ConstBytes payload) {
    const std::size_t third = payload.size() / 3;
    const auto send_chunk = [&](duplex::ConstBytes piece, bool first, bool last) {
      static_cast<void>(protocol_.send_chunk({duplex::MessageType::binary, piece, first, last}));
    };
    send_chunk(payload.first(third), true, false);
    send_chunk(payload.subspan(third, third), false, false);
    send_chunk(payload.subspan(2 * third), false, true);
  }

  /// False if this message cannot be compressed once for many.
  bool broadcast(duplex::ConstBytes payload) {
    duplex::ByteBuffer frame;
    if (!protocol_.can_send_compressed_broadcast(payload.size()) ||
        !duplex::frame_compressed_for_broadcast(duplex::MessageType::binary, payload, pool_, frame))
      return false;
    protocol_.output().append(std::as_const(frame).bytes());
    protocol_.compressed_broadcast_sent(payload);
    return true;
  }

  duplex::Limits limits_;
  NoEntropy entropy_;
  duplex::CompressionPool pool_;
  duplex::Protocol protocol_;
  std::vector<std::string> messages_;
};

Json react(const Json& test_case) {
  const std::string kind = test_case.at("kind");
  if (kind == "request") return receive_request(test_case);
  if (kind == "response") return receive_response(test_case);
  if (kind == "deflate") return DeflateCase(test_case).run();
  return FrameCase(test_case).run();
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);)
    std::cout << react(Json::parse(line)).dump() << std::endl;
  return 0;
}
