// One accepted stream while it speaks HTTP: requests in, answers out, until it is closed or becomes a
// WebSocket.
#pragma once

#include <memory>

#include <duplex/bytes.hpp>
#include <duplex/http.hpp>

#include "http/request_reader.hpp"
#include "http/response_writer.hpp"
#include "transport/transport.hpp"

namespace duplex::server {

class HttpSession;

/// What the session needs of its server.
class HttpHost {
 public:
  virtual ~HttpHost() = default;
  virtual const Limits& limits() const = 0;
  virtual transport::Loop& loop() = 0;
  virtual bool is_draining() const = 0;

  /// Is there anyone who wants this request's body? Otherwise answer() is asked at once and must refuse.
  virtual bool takes_body(const Request& request) = 0;
  /// A plain answer; never for a request that upgrades.
  virtual Response answer(const Request& request) = 0;
  /// Tries to open a WebSocket. Either takes the stream (`rest` are frames behind the head) and returns
  /// nothing, or answers.
  struct Upgrade {
    bool asked = false;               ///< false: a plain request, ask answer()
    std::optional<Response> refusal;  ///< else the stream was taken
  };
  virtual Upgrade upgrade(Request& request, std::unique_ptr<transport::Stream>& stream,
                          ByteBuffer& pending_output, Bytes rest) = 0;
  virtual HeaderFields standard_headers() const = 0;
  virtual std::string_view date() = 0;
  /// The session is over and will be destroyed at the end of the turn.
  virtual void retire(HttpSession& session) = 0;
};

/// Keep-alive, pipelining, deadlines, an end in stages (RFC 9112 §9). Requests are answered in order because
/// each is answered before the next is read. Loop thread only.
class HttpSession final : private transport::StreamListener, private transport::TurnEnd {
 public:
  HttpSession(HttpHost& host, std::unique_ptr<transport::Stream> stream);

  /// The server stops: idle sessions end now, others with their current answer.
  void drain();

 private:
  /// requests → closing (the last answer is being written) → lingering (FIN sent, discarding) → over
  enum class Phase { requests, closing, lingering, over };

  void handle_bytes(Bytes bytes) override;
  void handle_eof() override;
  void handle_writable() override;
  void handle_lost(std::string_view reason) override;
  void handle_turn_end() override { resume(); }

  void process(Bytes bytes);
  void refuse_or_read_body();
  void serve(Bytes rest);
  void respond(const Request& request, Response response);
  void reject(const Response& rejection);
  void flush();
  void resume();
  void hold(Bytes rest);
  void pause_reading();
  void resume_reading();
  void restart_deadline(std::chrono::milliseconds timeout);
  void handle_deadline();
  void finish();

  HttpHost& host_;
  std::unique_ptr<transport::Stream> stream_;
  http::RequestReader reader_;
  transport::Timer timer_;
  Phase phase_ = Phase::requests;
  bool eof_seen_ = false;
  bool reading_paused_ = false;
  bool serving_request_ = false;  // the deadline of the request is running, not that of the idle connection
  std::size_t requests_served_ = 0;
  ByteBuffer output_;      // not taken by the stream yet; while there is some, nothing is read
  ByteBuffer held_input_;  // pipelined requests behind an answer that is still being written
};

}  // namespace duplex::server
