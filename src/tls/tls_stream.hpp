// A stream inside of TLS, for those who know only streams.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tls/engine.hpp"
#include "tls/loop_share.hpp"
#include "transport/transport.hpp"

namespace duplex::tls {

/// Keeps the contract of transport::Stream on top of another stream and an engine. Until the handshake is
/// done, write() takes nothing, and handle_writable() tells when it is. A peer that ends TCP without ending
/// TLS first may have been cut off by somebody in between: that is a loss, not an end.
class TlsStream final : public transport::Stream,
                        private transport::StreamListener,
                        private transport::TurnEnd {
 public:
  TlsStream(std::unique_ptr<transport::Stream> inner, std::unique_ptr<Engine> engine,
            std::shared_ptr<LoopShare> share);
  ~TlsStream() override;

  void set_listener(transport::StreamListener& listener) override { listener_ = &listener; }
  std::size_t write(std::span<const ConstBytes> pieces) override;
  void pause_reading() override;
  void resume_reading() override;
  void end_writing() override;
  void abort_on_close() override;
  std::string remote_address() const override { return inner_->remote_address(); }
  const transport::Secured* secured() const override { return &secured_; }

 private:
  void handle_bytes(Bytes bytes) override;
  void handle_eof() override;
  void handle_writable() override;
  void handle_lost(std::string_view reason) override;
  void handle_turn_end() override;

  void process(ConstBytes input);
  void process_held_input();
  void note_established();
  void report_end();
  void lose(std::string_view reason);
  void note_failed_handshake(std::string_view reason) const;
  std::size_t write_at_once(std::span<const ConstBytes> pieces);
  void write_out();
  void write_pending();
  bool may_write() const { return engine_->is_established() && unsent_.empty() && !is_lost_; }

  // Fixed after construction.
  const std::shared_ptr<LoopShare> share_;
  std::unique_ptr<transport::Stream> inner_;
  const std::unique_ptr<Engine> engine_;
  transport::StreamListener* listener_ = nullptr;
  transport::Secured secured_;

  // Read side.
  ByteBuffer held_input_;  // came before the owner paused; while there is some, the inner stream pauses, too
  bool is_paused_ = false;
  bool is_end_reported_ = false;

  // Write side.
  ByteBuffer unsent_;  // encrypted, and not taken by the inner stream
  bool wants_room_ = false;
  bool is_writing_ended_ = false;

  // Closing.
  bool is_aborting_ = false;
  bool is_lost_ = false;  // reported
  bool is_inner_ended_ = false;
  bool is_inner_lost_ = false;  // nothing can be written any more
  bool* is_gone_ = nullptr;     // tells a call of ours that its callback has destroyed this object
};

}  // namespace duplex::tls
