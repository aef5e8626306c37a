// Two engines, or an engine and OpenSSL's own client, joined in memory.
#pragma once

#include <openssl/bio.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "tls/client_context.hpp"
#include "tls/server_context.hpp"
#include "tls/testing.hpp"

namespace duplex::tls::testing {

/// An engine with what it has said and what it has understood.
struct End {
  explicit End(std::unique_ptr<Engine> made) : engine(std::move(made)) { engine->begin(output); }

  /// `bytes` arrive, in pieces of at most `piece_bytes_max`.
  void receive(std::string_view bytes, std::size_t piece_bytes_max) {
    while (!bytes.empty()) {
      receive_piece(bytes.substr(0, piece_bytes_max));
      bytes.remove_prefix(std::min(bytes.size(), piece_bytes_max));
    }
  }
  void send(std::string_view text) {
    const ConstBytes piece = as_bytes(text);
    engine->send({&piece, 1}, output);
  }
  std::string take_output() {
    std::string taken(as_text(std::as_const(output).bytes()));
    output.clear();
    return taken;
  }

  std::unique_ptr<Engine> engine;
  ByteBuffer output;
  std::string heard;

 private:
  void receive_piece(std::string_view piece) {
    ConstBytes input = as_bytes(piece);
    std::array<std::byte, 4'096> plaintext;
    for (std::size_t count = plaintext.size(); count == plaintext.size();) {
      count = engine->receive(input, plaintext, output);
      heard += as_text(ConstBytes(plaintext).first(count));
    }
  }
};

/// Carries what both have said until neither says anything.
inline void converse(End& one, End& other, std::size_t piece_bytes_max = SIZE_MAX) {
  while (!one.output.empty() || !other.output.empty()) {
    other.receive(one.take_output(), piece_bytes_max);
    one.receive(other.take_output(), piece_bytes_max);
  }
}

/// A client that is OpenSSL and nothing of ours, for what our own cannot be made to do.
class ForeignClient {
 public:
  ForeignClient() : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_.get(), 0);
  }
  SSL_CTX& context() { return *context_; }
  /// Made at the first call, with what the context says then.
  SSL& ssl() {
    if (ssl_ == nullptr) {
      ssl_.reset(SSL_new(context_.get()));
      SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
      SSL_set_connect_state(ssl_.get());
    }
    return *ssl_;
  }
  /// Talks until neither says anything; keeps what the server sent inside of TLS.
  void converse(End& server) {
    std::string answer;
    std::string said;
    do {
      said = receive(answer);
      server.receive(said, SIZE_MAX);
      answer = server.take_output();
    } while (!said.empty() || !answer.empty());
  }
  /// Takes what the server has said, and returns what is to be said to it; to begin with, without anything.
  std::string receive(std::string_view ciphertext) {
    BIO_write(SSL_get_rbio(&ssl()), ciphertext.data(), static_cast<int>(ciphertext.size()));
    std::array<char, 4'096> buffer;
    const int count = SSL_read(&ssl(), buffer.data(), buffer.size());
    if (count > 0) heard.append(buffer.data(), static_cast<std::size_t>(count));
    return take_output();
  }
  std::string take_output() {
    std::string taken(static_cast<std::size_t>(BIO_pending(SSL_get_wbio(&ssl()))), '\0');
    if (!taken.empty()) BIO_read(SSL_get_wbio(&ssl()), taken.data(), static_cast<int>(taken.size()));
    return taken;
  }

  std::string heard;

 private:
  SslContextPointer context_;
  SslPointer ssl_;
};

/// A server for localhost, and what a client has to trust.
class Tls : public ::testing::Test {
 protected:
  Tls() {
    server_options.certificates = {store(folder, "localhost", authority.issue({"localhost", {"localhost"}}))};
    client_options.ca_file = folder.write("ca.crt", authority.pem());
  }

  std::shared_ptr<const ServerContext> load_server() {
    auto loaded = ServerContext::load(server_options, keys);
    EXPECT_TRUE(loaded) << loaded.error().message;
    return *loaded;
  }
  std::shared_ptr<const ClientContext> load_client() {
    auto loaded = ClientContext::load(client_options);
    EXPECT_TRUE(loaded) << loaded.error().message;
    return *loaded;
  }
  End make_server() { return End(load_server()->make_engine()); }
  End make_client(const std::string& host = "localhost") { return End(load_client()->make_engine(host)); }

  const Folder folder;
  const Authority authority;
  const std::shared_ptr<TicketKeys> keys = std::make_shared<TicketKeys>();
  TlsOptions server_options;
  TlsDialOptions client_options;
};

}  // namespace duplex::tls::testing
