// The WebSocket protocol of RFC 6455 without any I/O: bytes in, events and bytes out. For one's own event
// loop, for tests, and the heart of Server and Client.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include <duplex/buffer_pool.hpp>
#include <duplex/bytes.hpp>
#include <duplex/close.hpp>
#include <duplex/compression.hpp>
#include <duplex/limits.hpp>
#include <duplex/message.hpp>

namespace duplex {

/// A source of bytes that nobody can predict. A protocol that has one masks what it sends (RFC 6455 §10.3).
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(Bytes bytes) = 0;
};

/// A whole message (delivery `whole`).
struct MessageEvent {
  MessageType type = MessageType::binary;
  Bytes payload;
};
/// The next piece of a message (delivery `pieces`), as soon as its bytes are here.
struct ChunkEvent {
  MessageType type = MessageType::binary;
  Bytes payload;
  bool first = false;
  bool last = false;
};
/// A Ping came; its Pong is already in the output (or held, see Protocol::hold_pongs()).
struct PingEvent {
  Bytes payload;
};
struct PongEvent {
  Bytes payload;
};
/// The peer's Close came; the answer, if one was due, is already in the output. Nothing follows.
struct CloseEvent {
  CloseCode code = CloseCode::no_status;
  std::string_view reason;
};
/// The peer broke a rule; a Close with this code is already in the output. Nothing follows.
struct FailureEvent {
  CloseCode code = CloseCode::protocol_error;
  std::string_view detail;  ///< safe to publish, static or owned by the protocol
};
using ProtocolEvent = std::variant<MessageEvent, ChunkEvent, PingEvent, PongEvent, CloseEvent, FailureEvent>;

/// What the owner of the transport has to do once the output is written.
enum class TransportIntent {
  keep_open,
  await_peer,   ///< both Closes are exchanged, or the connection failed, and we are the client: wait for the
                ///< server's end of stream (bounded), discard what still comes
  end_writing,  ///< half-close now, discard what still comes, close when the peer's end of stream is here
                ///< (bounded); it may be here already
};

/// One endpoint of one connection, after the opening handshake. Both roles are this class: `server()` demands
/// masked frames and sends unmasked ones, `client()` the other way round.
///
/// Call order, from one thread at a time:
///   1. receive(bytes): lends input. The protocol unmasks in place, so the bytes will change.
///   2. next_event() until it is empty. An event's views point into the lent input or into the protocol, and
///      are valid until the next call of next_event() or until the input's lender takes it back. When
///      next_event() returns nothing, all lent input has been consumed: only then may the lender reuse the
///      memory, and only then may receive() be called again. An incomplete message at the end is copied,
///      nothing else is. After a CloseEvent or FailureEvent input is still taken, and ignored.
///   3. write output() to the transport and consume() what was written; then look at intent().
///   4. receive_eof() once the transport has ended. Lent input that was not looked at by then is dropped.
/// Commands (send_*, close) may be given at any time, also between two events.
class Protocol {
 public:
  /// How data messages are handed out. `pieces` takes effect at once: what was assembled so far comes as a
  /// first piece. `whole` takes effect with the next message once the first piece of one was handed out.
  /// Limits::message_bytes_max holds for both.
  enum class Delivery : std::uint8_t { whole, pieces };
  /// open → closing (a Close was sent or received) → closed (both, or failed, or end of stream). RFC 6455
  /// §7.1.3.
  enum class State : std::uint8_t { open, closing, closed };

  static Protocol server(const Limits& limits);
  /// `entropy` makes the masking keys and must outlive the protocol.
  static Protocol client(const Limits& limits, Entropy& entropy);
  /// The handshake has agreed on permessage-deflate. Before anything is received or sent; `pool` must outlive
  /// the protocol, and is used by it in every call.
  void compress(const AgreedCompression& agreed, CompressionPool& pool);

  /// Messages that do not lie in one piece are assembled in memory from this pool, which must outlive the
  /// protocol. Without one they get memory of their own.
  void use(BufferPool& buffers);

  Protocol(Protocol&&) noexcept;
  Protocol& operator=(Protocol&&) noexcept;
  ~Protocol();

  // --- input
  void receive(Bytes bytes);
  /// Where the next bytes of the stream may be put instead of being lent: inside a large frame whose message
  /// is being assembled, at their place there; after such a message, for the next header alone. Empty:
  /// nowhere, lend them. Valid until the next call of anything else. To be asked when next_event() is empty
  /// and bytes are waiting, because memory is taken for them.
  Bytes landing_room();
  /// `count` bytes of the stream, above 0, were put there. Go on with next_event(), as after receive().
  void receive_landed(std::size_t count);
  void receive_eof();
  std::optional<ProtocolEvent> next_event();
  void set_delivery(Delivery delivery);
  /// A message or a frame has begun, if only with one byte of its header, and its last byte was not read yet.
  bool is_inside_message() const;
  /// Lent input or a first piece is left over, so next_event() has something to look at.
  bool has_input() const;
  /// Takes back the lent input that next_event() has not looked at yet, so that its memory can be used for
  /// other things. Keep a copy and lend it again later, as the next bytes of the stream.
  Bytes take_back_input();

  // --- commands; the verdict is `sent`, `closed` or `invalid`, and nothing is written unless it is `sent`
  /// One message; cut into fragments when Limits::send_fragment_bytes asks for it.
  SendVerdict send(MessageType type, ConstBytes payload);
  struct Lent {
    SendVerdict verdict = SendVerdict::sent;
    ConstBytes behind;
  };
  /// The same without copying what need not be changed (one frame, neither masked nor compressed): then only
  /// the header is in the output, and `behind`, which is the payload, has to be written directly after the
  /// output.
  /// `known`: the caller has the text from a MessageEvent and knows that nobody has changed it since.
  enum class Utf8 : std::uint8_t { check, known };
  Lent send_lent(MessageType type, ConstBytes payload, Utf8 utf8 = Utf8::check);
  /// As send(), never compressed: for secrets, and for what follows messages that were dropped.
  SendVerdict send_plain(MessageType type, ConstBytes payload);
  /// A message in pieces: begin with `first`, go on with the same type, finish with `last`. Text may be cut
  /// inside a character. Between `first` and `last` send() is `invalid`: fragments of two messages never mix.
  SendVerdict send_chunk(const Chunk& chunk);
  bool is_sending_chunks() const;
  /// May the next frame to this peer be one that frame_compressed_for_broadcast() made?
  bool can_send_compressed_broadcast(std::size_t payload_bytes) const;
  /// It is: a context of its own has to know, because the peer's does.
  void compressed_broadcast_sent(ConstBytes payload);
  SendVerdict send_ping(ConstBytes payload);
  /// An unsolicited Pong (RFC 6455 §5.5.3).
  SendVerdict send_pong(ConstBytes payload);
  /// Keeps the answers to Pings back while the output is full, so that a flood of Pings cannot fill memory:
  /// of all Pings that come from now on only the newest is remembered (RFC 6455 §5.5.3 allows to answer it
  /// alone). Every Ping is still reported.
  void hold_pongs();
  /// Answers the newest Ping that came since hold_pongs(), if any, and from now on every Ping at once.
  void release_pongs();
  /// Starts the closing handshake. `code` must be sendable in this role; `no_status` sends an empty body. A
  /// reason above 123 bytes is cut at a character; one that is not UTF-8 is `invalid`.
  SendVerdict close(CloseCode code, std::string_view reason = {});
  /// Fails the connection from outside the protocol (a deadline, a policy): sends Close with `detail` as its
  /// reason, unless a Close was sent before, and processes nothing more. No event reports it. `code` must be
  /// sendable; `detail` must be safe to publish. Without effect once the state is closed.
  void fail(CloseCode code, std::string_view detail);

  // --- output
  /// Framed bytes in the order in which they have to be written. Swap a buffer in to lend one, write it,
  /// consume it.
  ByteBuffer& output() { return output_; }
  const ByteBuffer& output() const { return output_; }
  TransportIntent intent() const;

  State state() const;
  /// Code, reason and cleanness of RFC 6455 §7.1.4–7.1.6, once the state is closed. The cause is one of
  /// peer_closed, local_close, protocol_failure and transport_lost: what the protocol alone can know.
  CloseStatus close_status() const;

 private:
  struct Inner;  // see src/protocol/; kept small: an idle connection holds no buffers
  Protocol(const Limits& limits, Entropy* entropy);  // masking follows from having an entropy source
  ByteBuffer output_;
  std::unique_ptr<Inner> inner_;
};

/// Frames one message as a server sends it (unmasked, one frame), for a broadcast that is framed once and
/// shared. `text` must be valid UTF-8; the caller has checked.
void frame_for_broadcast(MessageType type, ConstBytes payload, ByteBuffer& output);
/// The same, compressed, for those who can_send_compressed_broadcast(). False, and nothing was
/// written: it would not get smaller.
bool frame_compressed_for_broadcast(MessageType type, ConstBytes payload, CompressionPool& pool,
                                    ByteBuffer& output);
/// Is this whole text valid UTF-8 (RFC 3629)?
bool is_valid_utf8(ConstBytes text);

}  // namespace duplex
