// One end of a connection on the memory loop.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "transport/event_source.hpp"
#include "transport/memory/memory_loop.hpp"
#include "transport/transport.hpp"

namespace duplex::transport {

/// Holds what its peer wrote and it has not delivered yet; that is all the wire there is.
class MemoryStream final : public Stream, public EventSource {
 public:
  MemoryStream(MemoryLoop& loop, std::string remote_address);
  ~MemoryStream() override;

  /// Connects the two ends, once.
  void join(MemoryStream& peer);

  void set_listener(StreamListener& listener) override { listener_ = &listener; }
  std::size_t write(std::span<const ConstBytes> pieces) override;
  void pause_reading() override { is_paused_ = true; }
  void resume_reading() override;
  void end_writing() override;
  void abort_on_close() override { is_aborting_ = true; }
  std::string remote_address() const override { return remote_address_; }

  /// Both ends lose the connection.
  void cut();
  /// Nothing passes between the ends any more.
  void silence();

  void handle_events(std::uint32_t events) override;

 private:
  /// Bytes of incoming_ that arrive at one time.
  struct Arrival {
    TimePoint time;
    std::size_t bytes = 0;
  };

  std::size_t room() const;
  /// Called by the peer.
  void take_bytes(ConstBytes bytes);
  void take_end();
  void lose(const std::string& reason);

  void say_goodbye();

  TimePoint arrival_time() const;
  std::optional<TimePoint> next_arrival() const;
  std::size_t arrived_bytes() const;
  void ask_for_service();
  void receive();
  void land(ConstBytes next, Bytes room);
  void receive_eof();
  void consume(std::size_t bytes);
  void report_lost();
  std::size_t write_piece(ConstBytes piece);

  // Fixed after construction.
  MemoryLoop& loop_;
  StreamListener* listener_ = nullptr;
  std::string remote_address_;

  // Read side.
  ByteBuffer incoming_;
  std::deque<Arrival> arrivals_;
  std::optional<TimePoint> eof_arrival_;
  Timer arrival_timer_;
  bool is_paused_ = false;

  // Write side.
  bool wants_room_ = false;
  bool is_writing_ended_ = false;

  // Closing.
  MemoryStream* peer_ = nullptr;  // null when it is gone
  bool is_silent_ = false;
  bool is_aborting_ = false;
  bool is_lost_ = false;     // reported
  std::string lost_reason_;  // why it will be, or was
};

}  // namespace duplex::transport
