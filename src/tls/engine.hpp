// TLS without a socket: ciphertext in, plaintext out, and the way back.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <duplex/bytes.hpp>

#include "tls/openssl.hpp"

namespace duplex::tls {

/// What a record can hold (RFC 8446 §5.1).
inline constexpr std::size_t record_plaintext_bytes_max = 16'384;

/// One end of one TLS connection, of either role. OpenSSL reads straight from the bytes that are lent here
/// and writes straight into the caller's buffer; between calls it keeps at most an incomplete record, and the
/// memory for the next one until release_buffers(). Immovable; one thread.
///
/// Call begin(), then receive() whenever ciphertext came, and write out what is in `output` after every call.
/// A failure is final; what it leaves in `output` is the alert that tells the peer, or words for who cannot
/// read alerts because it speaks HTTP without TLS.
class Engine {
 public:
  /// `ssl` knows its role and has no BIO yet. `context` is what its callbacks refer to.
  explicit Engine(SslPointer ssl, std::shared_ptr<const void> context = {});
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// A client's first flight; for a server it does nothing.
  void begin(ByteBuffer& output);
  /// Takes ciphertext off the front of `input` and decrypts into `plaintext`; returns how many bytes that
  /// gave. As many as there is room for: call again, there may be more. Fewer: all of `input` is taken,
  /// unless the stream has ended or failed.
  std::size_t receive(ConstBytes& input, Bytes plaintext, ByteBuffer& output);
  /// Encrypts all of the pieces, as if they were one, into as few records as can be. Only once established.
  void send(std::span<const ConstBytes> pieces, ByteBuffer& output);
  /// Says that nothing more will be sent (close_notify). Once, and only once established.
  void send_end(ByteBuffer& output);

  /// Something has been said, by one side at least.
  bool has_begun() const { return SSL_in_before(ssl_.get()) == 0; }
  /// The handshake is done.
  bool is_established() const { return is_established_; }
  /// The peer has said that nothing more will come.
  bool has_ended() const { return has_ended_; }
  bool has_failed() const { return !failure_.empty(); }
  /// Why, in one line; empty as long as nothing failed.
  const std::string& failure() const { return failure_; }

  SSL& ssl() const { return *ssl_; }

  // For WarmBuffers. Between records OpenSSL needs no buffers, and gets new ones for the next.

  bool is_warm() const { return is_warm_; }
  void set_warm() { is_warm_ = true; }
  void release_buffers() {
    is_warm_ = false;
    SSL_free_buffers(ssl_.get());
  }

  // For the BIO.

  std::size_t take_input(Bytes into);
  void put_output(ConstBytes bytes);

 private:
  void write_record(ConstBytes plaintext);
  void note_result(int result);

  const std::shared_ptr<const void> context_;  // shared with all connections that were made under it
  const SslPointer ssl_;
  // Lent for the call that is under way.
  ConstBytes* input_ = nullptr;
  ByteBuffer* output_ = nullptr;
  std::string failure_;
  bool is_established_ = false;
  bool has_ended_ = false;
  bool is_warm_ = false;
};

}  // namespace duplex::tls
