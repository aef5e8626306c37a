// The pump: bytes from the stream into the protocol, its events to the application, and the way back. It
// holds no protocol rules; it adds time, output queues, backpressure and the lifetime of the application's
// code.
#pragma once

#include <any>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <duplex/connection.hpp>
#include <duplex/protocol.hpp>

#include "base/outbox.hpp"
#include "connection/broadcast.hpp"
#include "connection/deadlines.hpp"
#include "connection/terms.hpp"
#include "transport/transport.hpp"

namespace duplex::connection {

class Roster;

/// One open connection. Two ends have to come before it is retired: the conversation's (the application has
/// heard how it ended and its session has returned) and the stream's (everything is written and the peer has
/// hung up, or a deadline cut it). Loop thread only.
///
/// The parts stand in files of their own: pump.cpp (life and callbacks of the stream), pump_receive.cpp
/// (events to the application), pump_send.cpp (sending, overflow, flushing), pump_end.cpp (closing and
/// deadlines).
class Pump final : public Connection, private transport::StreamListener, private transport::TurnEnd {
 public:
  /// What the opening handshake leaves behind. `output` is written before anything else: the server's 101.
  struct Start {
    std::unique_ptr<transport::Stream> stream;
    Protocol protocol;
    ByteBuffer output;
    Request request;
    std::string subprotocol;
    std::any data;
    std::string extensions;                    ///< as in the 101
    std::unique_ptr<const Response> response;  ///< client: the 101
  };

  Pump(Roster& roster, ConnectionId id, std::shared_ptr<const Terms> terms, Start start);
  ~Pump();

  /// Starts the session, then reads `rest`. Called once, by the roster.
  void run(Bytes rest);
  /// A broadcast, shared by reference; subject to the overflow policy like any message.
  SendVerdict send_shared(Broadcast& broadcast);
  /// The server ends: a closing handshake with that cause.
  void close_for_shutdown(CloseCode code);
  /// No time left: the stream is reset.
  void cut(CloseCause cause, std::string_view detail);
  /// Marks the pump with the number of a broadcast; true once per number. A connection that subscribed by
  /// several patterns still gets one copy.
  bool is_first_visit(std::uint64_t broadcast) {
    return std::exchange(last_broadcast_, broadcast) != broadcast;
  }

  const Limits& limits() const { return terms_->limits; }

  // --- Connection
  ConnectionId id() const override { return id_; }
  Handle handle() const override;
  const Request& request() const override { return opening().request; }
  const Response* response() const override { return opening().response.get(); }
  std::string_view subprotocol() const override { return opening().subprotocol; }
  std::string_view extensions() const override { return opening().extensions; }
  std::string_view remote_address() const override;
  std::any& data() override { return data_; }
  SendVerdict ping(ConstBytes payload) override;
  SendVerdict close(CloseCode code, std::string_view reason) override;
  void abort() override { cut(CloseCause::local_close, "aborted"); }
  std::size_t buffered_bytes() const override;
  SendVerdict subscribe(std::string_view pattern) override;
  SendVerdict unsubscribe(std::string_view pattern) override;
  SendVerdict publish(std::string_view topic, MessageType type, ConstBytes payload) override;
  bool is_open() const override { return !concluded_ && protocol_.state() == Protocol::State::open; }
  const CloseStatus& close_status() const override;

 private:
  // Within one turn output is gathered up to this share of the outbox; then it is written early: to bound
  // memory, to keep it in the cache, and because what was gathered can no longer be dropped.
  static constexpr std::size_t gathered_share = 16;

  /// What the session's coroutine is suspended on.
  enum class Waiting : std::uint8_t { nothing, arrival, room, time };
  /// A piece of input that the session has not taken yet.
  struct Arrived {
    MessageType type = MessageType::binary;
    ConstBytes payload;
    bool first = true;
    bool last = true;
  };

  /// A coroutine, and what has arrived for it. A connection with a handler has none.
  struct RunningSession final : TaskListener {
    explicit RunningSession(Pump& owner);
    void handle_task_end(std::exception_ptr error) override { pump.handle_session_end(error); }

    Pump& pump;
    Task task;
    std::coroutine_handle<> suspended;
    Waiting waiting = Waiting::nothing;
    std::optional<Arrived> arrived;
    ByteBuffer arrived_storage;  // keeps `arrived` when the receive buffer goes
    transport::Timer sleep;
  };

  /// A message to frame, or a broadcast that is framed already.
  struct HeldBack {
    MessageType type = MessageType::binary;
    ByteBuffer payload;
    base::Outbox::Shared frame;
    std::size_t bytes() const { return frame ? frame->size() : payload.size(); }
  };

  /// Messages behind one that is being sent in pieces.
  struct HeldBackQueue {
    std::deque<HeldBack> messages;
    std::size_t bytes = 0;
  };

  /// What is remembered of the opening handshake.
  struct Opening {
    Request request;
    std::string subprotocol;
    std::string extensions;
    std::unique_ptr<const Response> response;  // a server's connection has none
  };

  /// What is remembered of the end.
  struct Ending {
    CloseCause cause = CloseCause::transport_lost;
    std::string detail;
    std::string lost_reason;  // what the system said when the stream broke
    CloseStatus status;
  };

  const Opening& opening() const;
  Ending& ending();

  // --- pump.cpp: the stream and the task
  void handle_bytes(Bytes bytes) override;
  Bytes landing_room() override;
  void handle_landed(std::size_t count) override;
  void begin_input();
  void end_input();
  void handle_eof() override;
  void handle_writable() override;
  void handle_lost(std::string_view reason) override;
  void handle_turn_end() override;
  void start_session();
  void resume_session();
  void handle_session_end(std::exception_ptr error);
  template<class Call>
  void guard(Call call);
  void application_failed(std::string_view what);
  void retire_when_done();

  // --- pump_receive.cpp
  void deliver();
  void deliver_to_handler();
  /// Under OverflowPolicy::wait a handler waits, too, in the only way it can: it gets no more input from a
  /// peer that does not take its output.
  bool may_call_handler() const { return !is_congested() || terms_->overflow != OverflowPolicy::wait; }
  void deliver_held_input();
  void deliver_to_session();
  bool pull();
  static std::optional<Arrived> data_of(const ProtocolEvent& event);
  bool refill();
  void handle_event_quietly(const ProtocolEvent& event);
  void handle_message(MessageType type, Bytes payload);
  void settle_input();
  void secure_borrowed();
  Arrival poll(Protocol::Delivery delivery);
  Arrival poll_message() override { return poll(Protocol::Delivery::whole); }
  Arrival poll_chunk() override { return poll(Protocol::Delivery::pieces); }
  void wait_for_arrival(std::coroutine_handle<> awaiting) override { wait(awaiting, Waiting::arrival); }
  std::optional<Message> take_message() override;
  std::optional<Chunk> take_chunk() override;
  void wait_for_time(std::chrono::milliseconds duration, std::coroutine_handle<> awaiting) override;
  void wait(std::coroutine_handle<> awaiting, Waiting reason);

  // --- pump_send.cpp
  SendVerdict send_now(MessageType type, ConstBytes payload) override;
  SendVerdict send_chunk_now(const Chunk& chunk) override;
  bool is_congested() const override { return outbox_ && outbox_->bytes() > terms_->limits.outbox_bytes_max; }
  void wait_for_room(std::coroutine_handle<> awaiting) override { wait(awaiting, Waiting::room); }
  SendVerdict send_with_care(MessageType type, ConstBytes payload);
  SendVerdict may_send() const;
  SendVerdict make_room(std::size_t payload_bytes);
  SendVerdict frame(MessageType type, ConstBytes payload);
  SendVerdict frame_lent(MessageType type, ConstBytes payload);
  Protocol::Utf8 utf8_of(ConstBytes payload) const;
  void write_with(ConstBytes behind);
  const base::Outbox::Shared& frame_of(Broadcast& broadcast);
  void queue_shared(const base::Outbox::Shared& frame);
  SendVerdict hold_back(HeldBack message);
  void send_held_back();
  void end_slow_consumer();
  /// An empty output gets memory from the pool, so that an idle connection needs none of its own.
  void lend_output() {
    if (protocol_.output().capacity() == 0) take_output();
  }
  void take_output();
  void give_output_back();
  void queue_behind_outbox(base::Outbox::Kind kind);
  /// Something was just framed into the output.
  void written_to_output(base::Outbox::Kind kind) {
    if (outbox_) queue_behind_outbox(kind);
    if (protocol_.output().size() > terms_->limits.outbox_bytes_max / gathered_share) return write_out();
    if (!in_turn_) mark_dirty();
  }
  void mark_dirty();
  void flush();
  void write_out();
  void write_output();
  void start_outbox();
  void write_outbox();
  void answer_held_ping();
  std::size_t write(std::span<const ConstBytes> pieces);
  void announce_room();
  void tap(WireDirection direction, ConstBytes bytes);
  void tap_written(std::span<const ConstBytes> pieces, std::size_t written);

  // --- pump_end.cpp
  void begin_closing(CloseCause cause, std::string detail);
  void conclude();
  void follow_intent();
  void discard_input();
  void drop_stream();
  void handle_deadline();
  void schedule_deadline();
  void time_out(CloseCode code, const std::string& detail);

  // What a connection that is open and idle does not need lies behind a pointer.

  // Fixed after construction
  Roster& roster_;
  const std::shared_ptr<const Terms> terms_;
  const ConnectionId id_;
  std::uint32_t handshake_bytes_ = 0;  // of the 101 that are not written yet: no tap sees them
  std::any data_;
  std::unique_ptr<transport::Stream> stream_;
  Protocol protocol_;

  std::unique_ptr<const Opening> opening_;                     // until RequestLifetime is over
  mutable std::unique_ptr<const std::string> remote_address_;  // once it is needed: see remote_address()
  std::unique_ptr<RunningSession> session_;

  // Read side
  std::unique_ptr<ByteBuffer> held_input_;  // read but not parsed: the session is behind, reading is paused
  Message* borrowed_ = nullptr;             // the message that the session holds, while it borrows

  // Write side
  std::unique_ptr<base::Outbox> outbox_;  // only while the peer is slower than we are
  std::unique_ptr<HeldBackQueue> held_back_;
  std::uint64_t last_broadcast_ = 0;

  // Time and end
  Deadlines deadlines_;
  std::unique_ptr<Ending> ending_;  // once there is something to remember
  transport::Timer timer_;

  bool held_input_is_lent_ = false;
  bool reading_paused_ = false;
  bool announce_room_ = false;
  bool tapping_ = false;
  bool session_done_ = false;
  bool in_turn_ = false;  // handle_bytes() will flush
  bool eof_seen_ = false;
  bool writing_ended_ = false;
  bool closing_ = false;
  bool concluded_ = false;
  bool retired_ = false;
};

// 100,000 idle connections are 32 MB of these.
static_assert(sizeof(Pump) <= 320);

}  // namespace duplex::connection
