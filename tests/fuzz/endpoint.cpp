#include "endpoint.hpp"

#include "canary.hpp"
#include "check.hpp"
#include "wire.hpp"

namespace duplex::fuzz {
namespace {

constexpr std::size_t control_bytes_max = 125;

std::string line(std::string_view what, std::string_view payload) {
  return std::string(what) + " \"" + std::string(payload) + "\"\n";
}

std::string_view name_of(MessageType type) { return type == MessageType::text ? "text" : "binary"; }

std::string close_name(CloseCode code) { return "close " + std::to_string(static_cast<unsigned>(code)); }

// Is this the beginning of some valid text?
bool begins_utf8(std::string_view text) {
  for (const std::string_view rest : {"", "\x80", "\xA0\x80", "\x80\x80", "\x90\x80\x80", "\x80\x80\x80"})
    if (is_utf8(std::string(text) + std::string(rest))) return true;
  return is_utf8(std::string(text) + "\xA0") || is_utf8(std::string(text) + "\x90\x80");
}

}  // namespace

void Endpoint::say(std::string_view what, std::string_view payload) {
  if (!has_said_close_) said_ += line(what, payload);
}

// A command that is not obeyed writes nothing.
void Endpoint::check_verdict(SendVerdict verdict, bool is_valid) {
  const SendVerdict expected = is_valid ? SendVerdict::sent : SendVerdict::invalid;
  check(verdict == expected, is_valid ? "what is valid is sent" : "what is invalid is refused");
}

void Endpoint::send(MessageType type, std::string_view payload) { send_by(&Protocol::send, type, payload); }

void Endpoint::send_plain(MessageType type, std::string_view payload) {
  send_by(&Protocol::send_plain, type, payload);
}

void Endpoint::broadcast(MessageType type, std::string_view payload, CompressionPool& pool) {
  if (!is_open() || is_sending_pieces_ || !protocol_.can_send_compressed_broadcast(payload.size())) return;
  if (!frame_compressed_for_broadcast(type, as_bytes(payload), pool, protocol_.output())) return;
  protocol_.compressed_broadcast_sent(as_bytes(payload));
  say(name_of(type), payload);
}

void Endpoint::send_by(Send send, MessageType type, std::string_view payload) {
  const bool was_open = is_open();
  const std::size_t output_before = output_bytes();
  const SendVerdict verdict = (protocol_.*send)(type, as_bytes(payload));
  const bool is_valid = !is_sending_pieces_ && (type == MessageType::binary || is_utf8(payload));
  if (!was_open) {
    check(verdict == SendVerdict::closed, "nothing is sent after the Close");
  } else {
    check_verdict(verdict, is_valid);
  }
  if (verdict == SendVerdict::sent) return say(name_of(type), payload);
  check(output_bytes() == output_before, "what is refused writes nothing");
}

void Endpoint::send_piece(MessageType type, std::string_view payload, bool is_last) {
  const bool is_first = !is_sending_pieces_;
  const MessageType piece_type = is_first ? type : sending_type_;
  const std::string so_far = (is_first ? "" : sending_) + std::string(payload);
  const bool is_valid =
      piece_type == MessageType::binary || (is_last ? is_utf8(so_far) : begins_utf8(so_far));
  const bool was_open = is_open();
  const SendVerdict verdict = protocol_.send_chunk({piece_type, as_bytes(payload), is_first, is_last});
  if (!was_open) return check(verdict == SendVerdict::closed, "no piece is sent after the Close");
  check_verdict(verdict, is_valid);
  if (!is_valid) return;
  is_sending_pieces_ = !is_last;
  sending_type_ = piece_type;
  sending_ = so_far;
  check(protocol_.is_sending_chunks() == is_sending_pieces_,
        "a message in pieces is open until its last one");
  if (is_last) say(name_of(piece_type), sending_);
}

void Endpoint::send_ping(std::string_view payload) {
  const bool was_open = is_open();
  const SendVerdict verdict = protocol_.send_ping(as_bytes(payload));
  if (!was_open) return check(verdict == SendVerdict::closed, "no Ping is sent after the Close");
  check_verdict(verdict, payload.size() <= control_bytes_max);
  if (verdict == SendVerdict::sent) say("ping", payload);
}

void Endpoint::send_pong(std::string_view payload) {
  const bool was_open = is_open();
  const SendVerdict verdict = protocol_.send_pong(as_bytes(payload));
  if (!was_open) return check(verdict == SendVerdict::closed, "no Pong is sent after the Close");
  check_verdict(verdict, payload.size() <= control_bytes_max);
  if (verdict == SendVerdict::sent) say("pong", payload);
}

void Endpoint::hold_pongs() {
  protocol_.hold_pongs();
  is_holding_pongs_ = true;
}

void Endpoint::release_pongs() {
  const bool was_reading = !has_ended();
  protocol_.release_pongs();
  if (has_held_pong_ && was_reading) say("pong", held_pong_);
  is_holding_pongs_ = has_held_pong_ = false;
}

void Endpoint::close(CloseCode code, std::string_view reason) {
  const bool was_open = is_open();
  const SendVerdict verdict = protocol_.close(code, reason);
  if (!was_open) return check(verdict == SendVerdict::closed, "there is one Close");
  if (verdict != SendVerdict::sent) return;
  // A longer reason is cut at a character; the model does not cut, so the harness sends none.
  say(close_name(code), reason);
  has_said_close_ = true;
}

std::string Endpoint::take_output(std::size_t bytes_max) {
  ByteBuffer& output = protocol_.output();
  const std::size_t count = std::min(bytes_max, output.size());
  std::string taken(as_text(output.bytes().first(count)));
  output.consume(count);
  return taken;
}

void Endpoint::receive(std::string_view bytes, const Segments& segments, Lending lending) {
  const bool had_ended = has_ended();
  const Reaction reaction = feed(protocol_, segments.cut(as_bytes(bytes)), lending);
  check(!had_ended || reaction.events.empty(), "nothing is heard after the end");
  for (const SeenEvent& event : reaction.events) hear(event);
}

void Endpoint::hear(const SeenEvent& event) {
  check(event.kind != "failure", "two cores of ours never fail each other", event.payload);
  if (event.kind == "ping") return hear_ping(event);
  if (event.kind == "close") {
    heard_ += line(close_name(event.code), event.payload);
    // The answer echoes the code (RFC 6455 §5.5.1).
    say(close_name(event.code), "");
    has_said_close_ = true;
    return;
  }
  // An owner that loses long Pongs.
  if (has_planted_bug && event.kind == "pong" && event.payload.size() > 8) return;
  if (!event.is_chunk()) {
    heard_ += line(event.kind, event.payload);
    return;
  }
  check(event.is_first == !is_hearing_chunks_, "the first chunk is marked as such");
  is_hearing_chunks_ = !event.is_last;
  hearing_ += event.payload;
  if (!event.is_last) return;
  heard_ += line(event.kind.substr(0, event.kind.find(' ')), hearing_);
  hearing_.clear();
}

void Endpoint::hear_ping(const SeenEvent& event) {
  heard_ += line("ping", event.payload);
  if (!is_holding_pongs_) return say("pong", event.payload);
  has_held_pong_ = true;
  held_pong_ = event.payload;
}

}  // namespace duplex::fuzz
