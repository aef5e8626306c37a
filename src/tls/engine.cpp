#include "tls/engine.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "tls/bio.hpp"
#include "tls/failure.hpp"

namespace duplex::tls {
namespace {

/// For a browser that was sent to http:// instead of https://, and for the person in front of it.
constexpr std::string_view answer_to_plain_http =
    "HTTP/1.1 400 Bad Request\r\n"
    "Content-Type: text/plain\r\n"
    "Content-Length: 50\r\n"
    "Connection: close\r\n"
    "\r\n"
    "This port speaks TLS only: use https:// or wss://\n";

/// What others have left in this thread's queue would be taken for our own. Looking costs less than emptying.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

Engine::Engine(SslPointer ssl, std::shared_ptr<const void> context)
    : context_(std::move(context)), ssl_(std::move(ssl)) {
  DUPLEX_ASSERT(ssl_ != nullptr);
  attach_bio(*ssl_, *this);
}

void Engine::begin(ByteBuffer& output) {
  if (SSL_is_server(ssl_.get()) != 0) return;
  ConstBytes nothing;
  input_ = &nothing;
  output_ = &output;
  forget_errors();
  note_result(SSL_do_handshake(ssl_.get()));
}

std::size_t Engine::receive(ConstBytes& input, Bytes plaintext, ByteBuffer& output) {
  input_ = &input;
  output_ = &output;
  std::size_t received = 0;
  while (received < plaintext.size() && !has_ended_ && !has_failed()) {
    // Asking in vain costs as much as a small message.
    if (input.empty() && SSL_pending(ssl_.get()) == 0) break;
    std::size_t count = 0;
    forget_errors();
    const Bytes room = plaintext.subspan(received);
    const int result = SSL_read_ex(ssl_.get(), room.data(), room.size(), &count);
    received += count;
    note_result(result);
  }
  return received;
}

/// Pieces that fill a record alone are encrypted where they lie; smaller ones are brought together first.
void Engine::send(std::span<const ConstBytes> pieces, ByteBuffer& output) {
  DUPLEX_ASSERT(is_established_);
  output_ = &output;
  if (pieces.size() == 1) return write_record(pieces.front());
  std::array<std::byte, record_plaintext_bytes_max> gathered;  // not filled with zeros
  std::size_t gathered_bytes = 0;
  for (ConstBytes piece : pieces) {
    while (!piece.empty()) {
      if (gathered_bytes == 0 && piece.size() >= gathered.size()) {
        const ConstBytes whole_records = piece.first(piece.size() - piece.size() % gathered.size());
        write_record(whole_records);
        piece = piece.subspan(whole_records.size());
        continue;
      }
      const std::size_t taken = std::min(piece.size(), gathered.size() - gathered_bytes);
      std::memcpy(gathered.data() + gathered_bytes, piece.data(), taken);
      gathered_bytes += taken;
      piece = piece.subspan(taken);
      if (gathered_bytes < gathered.size()) continue;
      write_record(gathered);
      gathered_bytes = 0;
    }
  }
  write_record(ConstBytes(gathered).first(gathered_bytes));
}

/// OpenSSL cuts what is longer than a record into full ones.
void Engine::write_record(ConstBytes plaintext) {
  if (plaintext.empty() || has_failed()) return;
  std::size_t count = 0;
  forget_errors();
  note_result(SSL_write_ex(ssl_.get(), plaintext.data(), plaintext.size(), &count));
}

void Engine::send_end(ByteBuffer& output) {
  DUPLEX_ASSERT(is_established_);
  output_ = &output;
  forget_errors();
  // 0 says that the peer's own close_notify is still to come, which is no failure; it may have said goodbye
  // with an error of its own before.
  SSL_shutdown(ssl_.get());
  forget_errors();
}

void Engine::note_result(int result) {
  if (!is_established_ && SSL_is_init_finished(ssl_.get()) != 0) is_established_ = true;
  if (result > 0) return;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return;
    case SSL_ERROR_ZERO_RETURN:
      has_ended_ = true;
      return;
    default:
      if (has_met_plain_http()) put_output(as_bytes(answer_to_plain_http));
      failure_ = explain_failure(*ssl_);
  }
}

std::size_t Engine::take_input(Bytes into) {
  if (input_->empty()) return 0;
  const std::size_t taken = std::min(into.size(), input_->size());
  std::memcpy(into.data(), input_->data(), taken);
  *input_ = input_->subspan(taken);
  return taken;
}

void Engine::put_output(ConstBytes bytes) { output_->append(bytes); }

}  // namespace duplex::tls
