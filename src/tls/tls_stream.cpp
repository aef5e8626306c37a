#include "tls/tls_stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.hpp"
#include "tls/certificate_names.hpp"

namespace duplex::tls {
namespace {

/// What the peer makes us say without having asked to say anything (answers to its key updates) is bounded.
constexpr std::size_t unsent_bytes_max = 2 * LoopShare::plaintext_bytes;
constexpr std::size_t pieces_per_batch_max = 64;

/// What is encrypted at once.
struct Batch {
  std::array<ConstBytes, pieces_per_batch_max> pieces;
  std::size_t count = 0;
  std::size_t bytes = 0;
};

/// With the first of the bytes in `pieces` behind those that are skipped.
void fill(Batch& batch, std::span<const ConstBytes> pieces, std::size_t skipped) {
  batch.count = batch.bytes = 0;
  for (ConstBytes piece : pieces) {
    const std::size_t passed = std::min(skipped, piece.size());
    skipped -= passed;
    piece = piece.subspan(passed);
    if (piece.empty()) continue;
    if (batch.count == batch.pieces.size() || batch.bytes == LoopShare::plaintext_bytes) return;
    piece = piece.first(std::min(piece.size(), LoopShare::plaintext_bytes - batch.bytes));
    batch.pieces[batch.count++] = piece;
    batch.bytes += piece.size();
  }
}

}  // namespace

TlsStream::TlsStream(std::unique_ptr<transport::Stream> inner, std::unique_ptr<Engine> engine,
                     std::shared_ptr<LoopShare> share)
    : share_(std::move(share)), inner_(std::move(inner)), engine_(std::move(engine)) {
  inner_->set_listener(*this);
  engine_->begin(share_->ciphertext);
  write_out();
}

/// TLS is closed before TCP is (RFC 6455 §7.1.1), so that the peer can tell an end from a cut. An owner that
/// has ended writing before has waited for the peer as long as it wanted to.
TlsStream::~TlsStream() {
  if (is_gone_ != nullptr) *is_gone_ = true;
  share_->warm_buffers.forget(*engine_);
  if (!is_lost_) note_failed_handshake("TLS: our side gave up before it was done");
  if (is_aborting_ || is_inner_lost_) return;
  const bool has_to_wait = !is_writing_ended_ && !is_inner_ended_ && !engine_->has_ended();
  if (!is_lost_) end_writing();
  if (has_to_wait || !unsent_.empty()) share_->farewells.take(std::move(inner_), std::move(unsent_));
}

void TlsStream::handle_bytes(Bytes bytes) {
  if (!is_lost_) process(bytes);
}

void TlsStream::process(ConstBytes input) {
  bool is_gone = false;
  const std::shared_ptr<LoopShare> share = share_;  // the callbacks may destroy this object
  is_gone_ = &is_gone;
  share->warm_buffers.keep(*engine_);
  for (bool may_be_more = true; may_be_more && !is_paused_;) {
    const bool was_established = engine_->is_established();
    const Bytes landing = listener_->landing_room();
    const Bytes room = landing.empty() ? Bytes(share->plaintext.get(), LoopShare::plaintext_bytes) : landing;
    const std::size_t received = engine_->receive(input, room, share->ciphertext);
    may_be_more = received == room.size();
    write_out();
    if (!was_established && engine_->is_established()) note_established();
    if (is_gone) return;
    if (received > 0)
      landing.empty() ? listener_->handle_bytes(room.first(received)) : listener_->handle_landed(received);
    if (is_gone) return;
  }
  is_gone_ = nullptr;
  if (unsent_.size() > unsent_bytes_max) return lose("TLS: the peer makes us answer, and does not read");
  if (engine_->has_failed() && !is_paused_) return lose(engine_->failure());
  if (engine_->has_ended() && !is_paused_) return report_end();
  held_input_.append(input);
}

void TlsStream::note_established() {
  const CertificatePointer certificate(SSL_get1_peer_certificate(&engine_->ssl()));
  const bool is_verified = SSL_get_verify_result(&engine_->ssl()) == X509_V_OK;
  if (certificate != nullptr && is_verified) secured_.peer_subject = subject_of(*certificate);
  if (!wants_room_ || !may_write()) return;
  wants_room_ = false;
  listener_->handle_writable();
}

void TlsStream::report_end() {
  if (is_end_reported_ || is_lost_) return;
  is_end_reported_ = true;
  listener_->handle_eof();
}

void TlsStream::lose(std::string_view reason) {
  if (is_lost_) return;
  is_lost_ = true;
  wants_room_ = false;
  note_failed_handshake(reason);
  listener_->handle_lost(reason);
}

/// Who connects and leaves again without a word has not begun a handshake: those who watch a server do that.
void TlsStream::note_failed_handshake(std::string_view reason) const {
  if (engine_->is_established() || !engine_->has_begun() || !share_->handshake_failed) return;
  share_->handshake_failed(inner_->remote_address(), reason);
}

void TlsStream::handle_eof() {
  is_inner_ended_ = true;
  if (engine_->has_ended()) return report_end();
  lose(engine_->is_established() ? "TLS: cut off: the peer ended TCP without ending TLS (close_notify)"
                                 : "TLS: the peer hung up during the handshake");
}

void TlsStream::handle_lost(std::string_view reason) {
  is_inner_lost_ = true;
  lose(reason);
}

void TlsStream::handle_writable() {
  write_pending();
  if (!may_write() || !wants_room_) return;
  wants_room_ = false;
  listener_->handle_writable();
}

std::size_t TlsStream::write(std::span<const ConstBytes> pieces) {
  DUPLEX_ASSERT(!is_writing_ended_);
  share_->warm_buffers.keep(*engine_);
  if (pieces.size() == 1 && pieces.front().size() <= LoopShare::plaintext_bytes) return write_at_once(pieces);
  std::size_t accepted = 0;
  Batch batch;
  for (fill(batch, pieces, 0); batch.bytes > 0; fill(batch, pieces, accepted)) {
    const std::size_t written = write_at_once({batch.pieces.data(), batch.count});
    if (written == 0) break;
    accepted += written;
  }
  return accepted;
}

/// All of the pieces or nothing of them.
std::size_t TlsStream::write_at_once(std::span<const ConstBytes> pieces) {
  std::size_t bytes = 0;
  for (const ConstBytes piece : pieces) bytes += piece.size();
  if (bytes == 0) return 0;
  if (!may_write()) {
    wants_room_ = true;
    return 0;
  }
  engine_->send(pieces, share_->ciphertext);
  write_out();
  return bytes;
}

/// Hands what was encrypted to the inner stream, in one call. What it does not take is kept.
void TlsStream::write_out() {
  ByteBuffer& ciphertext = share_->ciphertext;
  if (ciphertext.empty()) return;
  if (unsent_.empty()) {
    const ConstBytes piece = std::as_const(ciphertext).bytes();
    ciphertext.consume(inner_->write({&piece, 1}));
  }
  unsent_.append(std::as_const(ciphertext).bytes());
  ciphertext.clear();
}

void TlsStream::write_pending() {
  if (unsent_.empty()) return;
  const ConstBytes piece = std::as_const(unsent_).bytes();
  unsent_.consume(inner_->write({&piece, 1}));
  if (!unsent_.empty()) return;
  unsent_.release();
  if (is_writing_ended_) inner_->end_writing();
}

void TlsStream::end_writing() {
  if (is_writing_ended_) return;
  is_writing_ended_ = true;
  wants_room_ = false;
  if (engine_->is_established() && !engine_->has_failed()) {
    engine_->send_end(share_->ciphertext);
    write_out();
  }
  if (unsent_.empty()) inner_->end_writing();
}

void TlsStream::abort_on_close() {
  is_aborting_ = true;
  inner_->abort_on_close();
}

void TlsStream::pause_reading() {
  is_paused_ = true;
  inner_->pause_reading();
}

void TlsStream::resume_reading() {
  if (!is_paused_) return;
  is_paused_ = false;
  const bool holds_news = !held_input_.empty() || SSL_pending(&engine_->ssl()) > 0 || engine_->has_ended() ||
                          engine_->has_failed();
  if (!holds_news) return inner_->resume_reading();
  share_->loop.at_turn_end(*this);  // this call must not call back
}

void TlsStream::handle_turn_end() {
  if (is_paused_ || is_lost_) return;
  inner_->resume_reading();
  const ByteBuffer input = std::exchange(held_input_, ByteBuffer());
  process(input.bytes());
}

}  // namespace duplex::tls
