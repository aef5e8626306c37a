#include "protocol/closing.hpp"

namespace duplex::protocol {

void Closing::close_sent() {
  record(CloseCause::local_close, "closed from this side");
  phase_ = next_phase(phase_, Step::send_close);
}

std::string_view Closing::close_received(const CloseBody& body) {
  if (phase_ == Phase::open) record(CloseCause::peer_closed, "closed by the peer");
  status_->code = body.code;
  status_->reason = body.reason;
  status_->clean = true;
  phase_ = next_phase(phase_, Step::receive_close);
  return status_->reason;
}

std::string_view Closing::failed(std::string detail) {
  record(CloseCause::protocol_failure, std::move(detail));
  phase_ = next_phase(phase_, Step::fail);
  return status_->detail;
}

void Closing::stream_ended() {
  if (phase_ == Phase::open) record(CloseCause::transport_lost, "the stream ended without a Close");
  if (phase_ == Phase::close_sent) status_->detail = "the stream ended before the peer answered the Close";
  phase_ = next_phase(phase_, Step::end_stream);
}

void Closing::record(CloseCause cause, std::string detail) {
  if (status_ == nullptr) status_ = std::make_unique<CloseStatus>();
  status_->cause = cause;
  status_->detail = std::move(detail);
}

}  // namespace duplex::protocol
