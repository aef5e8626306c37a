// One of two cores that talk to each other, and the plainest model of it: what it said, in order, and what it
// heard, in order.
#pragma once

#include <string>
#include <vector>

#include "reaction.hpp"
#include "segments.hpp"

namespace duplex::fuzz {

/// Gives every command to the core, checks its verdict, and notes what the peer has to hear of it.
class Endpoint {
 public:
  explicit Endpoint(Protocol protocol) : protocol_(std::move(protocol)) {}

  void compress(const AgreedCompression& agreed, CompressionPool& pool) { protocol_.compress(agreed, pool); }

  // --- commands
  void send_plain(MessageType type, std::string_view payload);
  /// A message that is framed and compressed once for many; of a server that may.
  void broadcast(MessageType type, std::string_view payload, CompressionPool& pool);
  void send(MessageType type, std::string_view payload);
  /// The next piece of a message; the first one if none is open.
  void send_piece(MessageType type, std::string_view payload, bool is_last);
  void send_ping(std::string_view payload);
  void send_pong(std::string_view payload);
  void hold_pongs();
  void release_pongs();
  void close(CloseCode code, std::string_view reason);
  void set_delivery(Protocol::Delivery delivery) { protocol_.set_delivery(delivery); }

  // --- the wire
  std::size_t output_bytes() const { return protocol_.output().size(); }
  /// The first bytes of the output, as the wire takes them.
  std::string take_output(std::size_t bytes_max);
  void receive(std::string_view bytes, const Segments& segments, Lending lending);

  // --- the end
  bool has_ended() const { return protocol_.state() == Protocol::State::closed; }
  bool is_open() const { return protocol_.state() == Protocol::State::open; }
  const Protocol& protocol() const { return protocol_; }
  void receive_eof() { protocol_.receive_eof(); }
  /// What was said, up to the Close: one line each. Whoever got all bytes has heard exactly this.
  const std::string& said() const { return said_; }
  const std::string& heard() const { return heard_; }

 private:
  using Send = SendVerdict (Protocol::*)(MessageType, ConstBytes);
  void send_by(Send send, MessageType type, std::string_view payload);
  void check_verdict(SendVerdict verdict, bool is_valid);
  void hear(const SeenEvent& event);
  void hear_ping(const SeenEvent& event);
  void say(std::string_view what, std::string_view payload);

  Protocol protocol_;

  // What was said.
  std::string said_;
  bool has_said_close_ = false;
  bool is_sending_pieces_ = false;
  MessageType sending_type_ = MessageType::binary;
  std::string sending_;  // the pieces so far

  // What was heard.
  std::string heard_;
  bool is_hearing_chunks_ = false;
  std::string hearing_;  // the chunks so far

  // Pongs that are owed.
  bool is_holding_pongs_ = false;
  bool has_held_pong_ = false;
  std::string held_pong_;
};

}  // namespace duplex::fuzz
