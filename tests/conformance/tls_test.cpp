// TLS as users of Server and Client see it: listen_tls() and wss://.
#include <optional>
#include <string>
#include <vector>

#include "tls/client_context.hpp"
#include "tls/engine_fixture.hpp"
#include "tls/testing.hpp"
#include "world.hpp"

namespace duplex::testing {
namespace {

using tls::testing::Authority;
using tls::testing::Folder;
using tls::testing::ForeignClient;
using tls::testing::store;

class Tls : public World {
 protected:
  Tls() {
    tls_.certificates = {store(folder_, "site", site("old"))};
    dial_.tls.ca_file = folder_.write("ca.crt", authority_.pem());
    dial_.failed = [this](const DialFailure& failure) { failure_ = failure.error.message; };
  }
  tls::testing::Issued site(const std::string& common_name) const {
    return authority_.issue({common_name, {"localhost", "IP:127.0.0.1"}});
  }
  void open_server_with_echo() {
    server().route("/", [this](Connection& peer) -> Task {
      scheme_ = peer.request().scheme;
      subject_ = peer.request().client_subject;
      while (auto message = co_await peer.receive()) co_await peer.send(message->type(), message->payload());
      server_status_ = peer.close_status();
    });
    server().listen_tls("127.0.0.1", 0, tls_);
    ASSERT_FALSE(server().listening_error()) << server().listening_error()->message;
  }
  std::string wss_url(const std::string& host = "localhost") const {
    return "wss://" + host + ":" + std::to_string(server_port()) + "/";
  }
  std::uint16_t server_port() const {
    const std::string address = url("");
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  /// Sends `text`, keeps the echo, closes.
  Session one_echo(std::string text) {
    return [this, text = std::move(text)](Connection& peer) -> Task {
      co_await peer.send(text);
      if (auto message = co_await peer.receive()) echo_ = std::string(message->text());
    };
  }
  /// One connection from its beginning to its end; what became of it.
  void dial_and_finish(const std::string& url, const std::string& text = "hello") {
    echo_.reset();
    failure_.clear();
    const auto dialed = client().dial(url, one_echo(text), dial_);
    ASSERT_TRUE(dialed) << dialed.error().message;
    until([&] { return (echo_ || !failure_.empty()) && client().connection_count() == 0; });
  }

  const Folder folder_;
  const Authority authority_;
  TlsOptions tls_;
  DialOptions dial_;
  std::optional<Scheme> scheme_;
  std::string subject_;
  std::optional<std::string> echo_;
  std::string failure_;
  std::optional<CloseStatus> server_status_;
};

TEST_P(Tls, a_message_goes_there_and_back_6455_10_6_01_6455_4_1_05) {
  open_server_with_echo();
  dial_and_finish(wss_url());
  EXPECT_EQ(echo_, "hello") << failure_;
  EXPECT_EQ(scheme_, Scheme::https);
  EXPECT_EQ(subject_, "");
  until([&] { return server_status_.has_value(); });
  EXPECT_EQ(server_status_->code, CloseCode::normal);
}

TEST_P(Tls, megabytes_go_there_and_back) {
  open_server_with_echo();
  const std::string large(5'000'000, 'm');
  dial_and_finish(wss_url(), large);
  EXPECT_TRUE(echo_ == large) << failure_;
}

TEST_P(Tls, a_client_trusts_nobody_by_default) {
  dial_.tls.ca_file.clear();
  open_server_with_echo();
  dial_and_finish(wss_url());
  EXPECT_EQ(failure_,
            "localhost:" + std::to_string(server_port()) +
                ": TLS: the certificate of the server was issued by an authority that is not trusted");
  EXPECT_EQ(server().connection_count(), 0u);
  dial_.tls.insecure_accept_any_certificate = true;
  dial_and_finish(wss_url());
  EXPECT_EQ(echo_, "hello") << failure_;
}

TEST_P(Tls, a_client_that_speaks_plainly_is_heard_by_nobody_6455_4_2_2_01) {
  open_server_with_echo();
  RawPeer& peer = raw_peer();
  peer.send(handshake_request("/"));
  until([&] { return peer.has_ended(); });
  EXPECT_TRUE(peer.heard().starts_with("HTTP/1.1 400 ")) << peer.heard();
  EXPECT_EQ(peer.lost_reason(), "");
  EXPECT_FALSE(scheme_);
}

TEST_P(Tls, a_handshake_that_fails_is_one_line_of_the_log_with_the_peer_and_the_reason) {
  open_server_with_echo();
  dial_.tls.ca_file.clear();
  dial_and_finish(wss_url());
  until([&] { return has_logged("TLS handshake with "); });
  EXPECT_EQ(times_logged("TLS handshake with 127.0.0.1:"), 1u);
  EXPECT_EQ(times_logged(" failed: the peer does not trust the authority of our certificate"), 1u);
}

TEST_P(Tls, a_flood_of_handshakes_that_fail_is_not_one_of_the_log) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open_server_with_echo();
  const auto fail = [this](int count) {
    for (; count > 0; --count) {
      RawPeer& peer = raw_peer();
      peer.send("GET / HTTP/1.1\r\n\r\n");
      until([&] { return peer.has_ended(); });
    }
  };
  fail(50);
  EXPECT_EQ(times_logged(" failed: the client speaks HTTP without TLS"), 10u);
  advance(std::chrono::seconds(1));
  fail(2);
  EXPECT_EQ(times_logged(" failed: the client speaks HTTP without TLS"), 12u);
  EXPECT_EQ(times_logged("; so did 40 before that are not listed"), 1u);
}

TEST_P(Tls, a_server_that_speaks_plainly_is_one_clear_line) {
  RawServer plain(loop());
  const std::string address = plain.url().substr(5);
  const auto dialed = client().dial("wss://" + address, one_echo("x"), dial_);
  ASSERT_TRUE(dialed);
  until([&] { return plain.count() == 1 && !plain.peer(0).heard().empty(); });
  plain.peer(0).send("HTTP/1.1 400 Bad Request\r\n\r\n");
  until([&] { return !failure_.empty(); });
  EXPECT_EQ(failure_, address.substr(0, address.size() - 1) +
                          ": TLS: the peer does not speak TLS, or no version of it that is allowed");
}

TEST_P(Tls, files_that_cannot_be_used_are_an_error_before_any_connection) {
  tls_.certificates.front().key_file = folder_.path_of("missing.key");
  server().listen_tls("127.0.0.1", 0, tls_);
  ASSERT_TRUE(server().listening_error());
  EXPECT_NE(server().listening_error()->message.find("missing.key: No such file"), std::string::npos);
  EXPECT_EQ(server().run(), 1);
  dial_.tls.ca_file = folder_.path_of("missing.crt");
  const auto dialed = client().dial("wss://localhost:1/", one_echo("x"), dial_);
  ASSERT_FALSE(dialed);
  EXPECT_NE(dialed.error().message.find("missing.crt: No such file"), std::string::npos);
}

TEST_P(Tls, an_accept_hook_knows_who_the_client_is) {
  tls_.client_certificates = ClientCertificates::required;
  const Authority clients("Authority of clients");
  tls_.client_ca_file = folder_.write("clients.crt", clients.pem());
  open_server_with_echo();
  dial_and_finish(wss_url());
  EXPECT_NE(failure_.find("TLS: the server wants a client certificate"), std::string::npos) << failure_;
  EXPECT_FALSE(scheme_);
  dial_.tls.certificate = store(folder_, "ada", clients.issue({"Ada", {}}));
  dial_and_finish(wss_url());
  EXPECT_EQ(echo_, "hello") << failure_;
  EXPECT_EQ(subject_, "CN=Ada");
}

TEST_P(Tls, a_page_of_the_same_host_without_tls_is_another_origin) {
  open_server_with_echo();
  const std::string authority = "localhost:" + std::to_string(server_port());
  dial_.origin = "http://" + authority;
  dial_and_finish(wss_url());
  EXPECT_NE(failure_.find("403"), std::string::npos) << failure_;
  dial_.origin = "https://" + authority;
  dial_and_finish(wss_url());
  EXPECT_EQ(echo_, "hello") << failure_;
}

TEST_P(Tls, whoever_connects_and_says_nothing_has_until_handshake_timeout) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open_server_with_echo();
  RawPeer& silent = raw_peer();
  advance(Limits{}.handshake_timeout + std::chrono::milliseconds(1));
  EXPECT_TRUE(silent.has_ended());
}

TEST_P(Tls, a_peer_that_ends_without_tls_after_its_close_has_closed_cleanly) {
  // The wire is TCP here, and the client's TLS is driven by hand: after its Close it ends TCP alone.
  open_server_with_echo();
  auto context = tls::ClientContext::load(dial_.tls);
  ASSERT_TRUE(context);
  const auto engine = (*context)->make_engine("localhost");
  RawPeer& wire = raw_peer();
  ByteBuffer output;
  engine->begin(output);
  std::string heard;
  const auto converse = [&](const std::function<bool()>& done) {
    until([&] {
      wire.send(as_text(std::as_const(output).bytes()));
      output.clear();
      const std::string ciphertext = wire.take_heard();
      ConstBytes input = as_bytes(ciphertext);
      std::array<std::byte, 4'096> room;
      const std::size_t count = engine->receive(input, room, output);
      heard += as_text(ConstBytes(room).first(count));
      return done();
    });
  };
  const auto say = [&](const std::string& text) {
    const ConstBytes piece = as_bytes(text);
    engine->send({&piece, 1}, output);
  };
  converse([&] { return engine->is_established(); });
  say(handshake_request("/"));
  converse([&] { return heard.find("\r\n\r\n") != std::string::npos; });
  say(masked(0x88, close_body(1000)));
  converse([&] { return engine->has_ended(); });
  wire.send_eof();
  until([&] { return server().connection_count() == 0; });
  ASSERT_TRUE(server_status_);
  EXPECT_EQ(server_status_->code, CloseCode::normal);
  EXPECT_EQ(server_status_->cause, CloseCause::peer_closed);
}

TEST_P(Tls, a_ticket_is_good_for_hours_and_its_key_is_forgotten_then) {
  if (!is_virtual()) GTEST_SKIP() << "needs the virtual clock";
  open_server_with_echo();
  using SessionPointer = std::unique_ptr<SSL_SESSION, tls::FreedBy<SSL_SESSION_free>>;
  SessionPointer session;
  // Shakes hands; true when that was with the session of the first visit.
  const auto visit_again = [&] {
    ForeignClient client;
    if (session) SSL_set_session(&client.ssl(), session.get());
    RawPeer& wire = raw_peer();
    until([&] {
      wire.send(client.receive(wire.take_heard()));
      return SSL_SESSION_has_ticket(SSL_get_session(&client.ssl())) == 1 &&
             SSL_is_init_finished(&client.ssl()) == 1;
    });
    SSL_set_shutdown(&client.ssl(), SSL_SENT_SHUTDOWN);  // or OpenSSL takes the session for a bad one
    if (!session) session.reset(SSL_get1_session(&client.ssl()));
    return SSL_session_reused(&client.ssl()) == 1;
  };
  EXPECT_FALSE(visit_again());
  EXPECT_TRUE(visit_again());
  advance(std::chrono::hours(2));
  EXPECT_TRUE(visit_again());
  advance(std::chrono::hours(2));
  EXPECT_FALSE(visit_again());
}

TEST_P(Tls, a_reload_gives_new_connections_the_new_certificate_and_leaves_open_ones_alone) {
  open_server_with_echo();
  int echoes = 0;
  bool may_end = false, has_ended = false;
  const auto talk = [&](Connection& peer) -> Task {
    while (!may_end) {
      co_await peer.send("again");
      if (!co_await peer.receive()) co_return;
      ++echoes;
    }
    has_ended = true;
  };
  ASSERT_TRUE(client().dial(wss_url(), talk, dial_));
  until([&] { return echoes > 10; });

  // A new authority: whoever trusts only the old one sees that the certificate is another.
  const Authority successor("Successor");
  const auto renewed = successor.issue({"new", {"localhost"}});
  folder_.write("site.crt", renewed.certificate);
  const auto half_written = server().reload_tls();
  ASSERT_FALSE(half_written);
  EXPECT_NE(half_written.error().message.find("does not belong to"), std::string::npos);
  const DialOptions old_trust = dial_;
  dial_.tls.ca_file = folder_.write("successor.crt", successor.pem());
  for (int round = 0; round < 2; ++round) {
    const int before = echoes;
    failure_.clear();
    echo_.reset();
    ASSERT_TRUE(client().dial(wss_url(), one_echo("x"), round == 0 ? old_trust : dial_));
    until([&] { return echo_.has_value() || !failure_.empty(); });
    EXPECT_EQ(echo_, "x") << failure_;
    until([&] { return echoes > before + 10; });
    if (round > 0) break;
    folder_.write("site.key", renewed.key);
    ASSERT_TRUE(server().reload_tls());
  }
  may_end = true;
  until([&] { return has_ended && client().connection_count() == 0; });
}

DUPLEX_ON_EACH_TRANSPORT(Tls);

}  // namespace
}  // namespace duplex::testing
