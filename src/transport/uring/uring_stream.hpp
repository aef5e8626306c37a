// One TCP connection on the io_uring loop.
#pragma once

#include <memory>
#include <string>

#include "transport/event_source.hpp"
#include "transport/socket/descriptor.hpp"
#include "transport/socket/remote_address.hpp"
#include "transport/socket/stream_socket.hpp"
#include "transport/transport.hpp"
#include "transport/uring/backlog.hpp"
#include "transport/uring/uring_loop.hpp"

namespace duplex::transport {

/// One receive stays under way for as long as the stream is read; the kernel reports each arrival. It cannot
/// be told to pause, only to stop, and that takes until the next turn: what arrives meanwhile is kept aside.
/// A stream that is paused only between two arrivals never notices.
///
/// What is received this way lies where the kernel has put it and is copied from there. Who sends much at a
/// time is read directly instead: a poll stays under way, and recv() puts the bytes where they are to lie.
///
/// Most connections are idle most of the time, so this is kept small: no buffers.
class UringStream final : public Stream, public EventSource {
 public:
  /// Takes over a connected, non-blocking socket.
  UringStream(UringLoop& loop, Descriptor socket, const SocketAddress& remote);
  ~UringStream() override;

  void set_listener(StreamListener& listener) override { listener_ = &listener; }
  std::size_t write(std::span<const ConstBytes> pieces) override;
  void pause_reading() override;
  void resume_reading() override;
  void end_writing() override;
  void abort_on_close() override;
  std::string remote_address() const override { return remote_.text(); }

  // For the loop.

  /// Served again.
  void handle_events(std::uint32_t events) override;
  void handle_received(const io_uring_cqe& completion, Bytes bytes);
  void handle_readable(const io_uring_cqe& completion);
  void handle_possible_loss(const io_uring_cqe& completion);
  /// The backlog has gone out.
  void handle_backlog_sent();
  void handle_backlog_failed(int error);

  // For what sends.

  int socket() const { return socket_.get(); }
  /// Its number among the sends of this turn.
  std::uint32_t gathered_send() const { return gathered_send_; }
  void set_gathered_send(std::uint32_t number) { gathered_send_ = number; }
  static constexpr std::uint32_t no_send = UINT32_MAX;
  /// The system has no room for these bytes, which were accepted.
  void send_later(ConstBytes bytes);
  void fail(int error);

 private:
  void choose_way(bool is_large);
  void read_directly_from_now_on();
  void receive_from_now_on();
  void start_reading();
  void start_receiving();
  void stop_receiving();
  void receive_ended(int result);
  void receive_again(int result);
  void watch_readable();
  void receive_directly();
  void handle_no_bytes(int error);
  void watch_loss();
  void report_bytes(Bytes bytes);
  void report_kept();
  void report_eof();
  void report_lost();
  std::size_t write_now(std::span<const ConstBytes> pieces);
  std::size_t send_now(std::span<const ConstBytes> pieces);
  std::size_t queue_behind(std::span<const ConstBytes> pieces, std::size_t sent);
  void flush();
  void leave_socket();
  bool has_backlog() const { return backlog_ != no_backlog; }
  Ticket ticket() const { return loop_.ticket(place_); }
  bool reads_directly() const { return is_direct_ && !is_receiving_ && !is_paused_ && !has_eof_; }
  bool is_reportable() const { return !is_paused_ && !kept_; }

  static constexpr std::uint32_t no_backlog = UINT32_MAX;

  // Fixed after construction.
  UringLoop& loop_;
  StreamListener* listener_ = nullptr;
  const RemoteAddress remote_;
  Descriptor socket_;
  const std::uint32_t place_;  // in the loop's table

  // Read side.
  std::unique_ptr<ByteBuffer> kept_;  // came while paused
  bool is_receiving_ : 1 = false;     // a receive is under way
  bool has_received_ : 1 = false;     // and has brought something
  bool is_stopping_ : 1 = false;      // and was told to stop
  bool is_loss_watched_ : 1 = false;
  bool is_paused_ : 1 = false;
  bool has_eof_ : 1 = false;            // the reading has met the end
  bool had_eof_ : 1 = false;            // reported
  bool is_direct_ : 1 = false;          // read by recv(), as soon as the receive has stopped
  bool is_polled_ : 1 = false;          // for that, a poll is under way
  UnreadNews news_;                     // from it
  std::uint8_t contrary_lead_ : 4 = 0;  // of arrivals that speak for the other way

  // Write side.
  bool wants_room_ : 1 = false;
  bool is_writing_ended_ : 1 = false;

  // Closing.
  bool is_aborting_ : 1 = false;
  bool is_lost_ : 1 = false;  // reported
  int error_ = 0;             // why it will be, or was

  // What it has to send.
  std::uint32_t gathered_send_ = no_send;
  std::uint32_t backlog_ = no_backlog;  // its place at the loop, because it may outlive the stream
};

// 100,000 idle connections are 9 MB of these, and glibc's malloc gives out 88 bytes, not less and not more.
static_assert(sizeof(UringStream) <= 88);

}  // namespace duplex::transport
