#include "tls/server_context.hpp"

#include <atomic>
#include <thread>

#include "tls/engine_fixture.hpp"
#include "tls/server_credentials.hpp"

namespace duplex::tls::testing {
namespace {

class Servers : public Tls {
 protected:
  std::string error_of(const TlsOptions& options) {
    auto loaded = ServerContext::load(options, keys);
    return loaded ? "" : loaded.error().message;
  }
  /// The subject that a client which asks for `host` is shown.
  std::string shown_to(const std::string& host) {
    client_options.insecure_accept_any_certificate = true;
    End server = make_server(), client = make_client(host);
    converse(client, server);
    return subject_of(*CertificatePointer(SSL_get1_peer_certificate(&client.engine->ssl())));
  }
  void ask_clients(ClientCertificates mode) {
    server_options.client_certificates = mode;
    server_options.client_ca_file = folder.write("clients.crt", client_authority.pem());
  }
  const Authority client_authority{"Authority of clients"};
};

TEST_F(Servers, choose_the_certificate_by_the_name_that_is_asked_for) {
  server_options.certificates = {store(folder, "a", authority.issue({"a", {"a.example"}})),
                                 store(folder, "b", authority.issue({"b", {"b.example", "*.b.example"}}))};
  EXPECT_EQ(shown_to("a.example"), "CN=a");
  EXPECT_EQ(shown_to("B.example"), "CN=b");
  EXPECT_EQ(shown_to("x.b.example"), "CN=b");
  EXPECT_EQ(shown_to("x.y.b.example"), "CN=a") << "the first is for everyone else";
  EXPECT_EQ(shown_to("127.0.0.1"), "CN=a") << "addresses are not asked for";
}

TEST_F(Servers, say_which_file_is_wrong_and_how) {
  const Issued one = authority.issue({"one", {"one.example"}}), other = authority.issue({"other", {}});
  const std::string certificate = folder.write("one.crt", one.certificate);
  const std::string wrong_key = folder.write("other.key", other.key);
  const std::string no_pem = folder.write("no.pem", "hello");
  const std::string missing = folder.path_of("missing");
  EXPECT_EQ(error_of({}), "TLS: a server needs a certificate");
  EXPECT_EQ(error_of({{{certificate, wrong_key}}}),
            "TLS: the key in " + wrong_key + " does not belong to the certificate in " + certificate);
  EXPECT_EQ(error_of({{{missing, wrong_key}}}),
            "TLS: cannot use the certificate " + missing + ": No such file or directory");
  EXPECT_EQ(error_of({{{certificate, missing}}}),
            "TLS: cannot use the key " + missing + ": No such file or directory");
  EXPECT_EQ(error_of({{{no_pem, wrong_key}}}),
            "TLS: cannot use the certificate " + no_pem + ": no start line");
  EXPECT_NE(error_of({{{certificate, no_pem}}}), "");
}

TEST_F(Servers, do_not_start_with_clients_that_nobody_can_check) {
  server_options.client_certificates = ClientCertificates::required;
  EXPECT_EQ(error_of(server_options), "TLS: client certificates need a client_ca_file to be checked with");
  server_options.client_ca_file = folder.path_of("missing");
  EXPECT_NE(error_of(server_options), "");
}

TEST_F(Servers, warn_of_a_certificate_that_is_out_of_its_time) {
  using std::chrono::seconds;
  EXPECT_TRUE(load_server()->warnings().empty());
  const TlsCertificate expired = store(folder, "old", authority.issue({"", {}, seconds(-9), seconds(-3)}));
  server_options.certificates = {expired};
  EXPECT_EQ(load_server()->warnings(),
            std::vector<std::string>{"TLS: the certificate " + expired.certificate_file + " has expired"});
}

TEST_F(Servers, let_in_who_has_the_certificate_that_is_required) {
  ask_clients(ClientCertificates::required);
  client_options.certificate = store(folder, "ada", client_authority.issue({"Ada", {}}));
  End server = make_server(), client = make_client();
  converse(client, server);
  EXPECT_TRUE(server.engine->is_established()) << server.engine->failure();
  EXPECT_EQ(subject_of(*CertificatePointer(SSL_get1_peer_certificate(&server.engine->ssl()))), "CN=Ada");
}

TEST_F(Servers, tell_a_client_that_a_certificate_is_required) {
  ask_clients(ClientCertificates::required);
  End server = make_server(), client = make_client();
  converse(client, server);
  EXPECT_EQ(server.engine->failure(), "TLS: the client has shown no certificate");
  EXPECT_EQ(client.engine->failure(), "TLS: the server wants a client certificate");
}

TEST_F(Servers, refuse_a_client_certificate_of_somebody_else_also_when_it_is_only_requested) {
  for (const auto mode : {ClientCertificates::requested, ClientCertificates::required}) {
    ask_clients(mode);
    client_options.certificate = store(folder, "eve", authority.issue({"Eve", {}}));
    End server = make_server(), client = make_client();
    converse(client, server);
    EXPECT_FALSE(server.engine->is_established());
    EXPECT_EQ(server.engine->failure(),
              "TLS: the certificate of the client was issued by an authority that is not trusted");
    EXPECT_EQ(client.engine->failure(), "TLS: the peer does not trust the authority of our certificate");
  }
}

TEST_F(Servers, let_in_who_has_no_certificate_where_it_is_only_requested) {
  ask_clients(ClientCertificates::requested);
  End server = make_server(), client = make_client();
  converse(client, server);
  EXPECT_TRUE(server.engine->is_established());
}

/// Connects twice with OpenSSL's own client; the second time with the session of the first.
class Resumption : public Servers {
 protected:
  using SessionPointer = std::unique_ptr<SSL_SESSION, FreedBy<SSL_SESSION_free>>;
  SessionPointer first_session(int version) { return next_session({}, version); }
  /// What a client that comes with `session` has for its next visit. Without one, its first.
  SessionPointer next_session(SessionPointer session, int version) {
    End server = make_server();
    ForeignClient client;
    SSL_CTX_set_max_proto_version(&client.context(), version);
    if (session) SSL_set_session(&client.ssl(), session.get());
    client.converse(server);
    EXPECT_EQ(SSL_session_reused(&client.ssl()) == 1, session != nullptr);
    server.send("a ticket came before this");
    client.converse(server);
    EXPECT_EQ(client.heard, "a ticket came before this");
    SSL_set_shutdown(&client.ssl(), SSL_SENT_SHUTDOWN);  // or OpenSSL takes the session for a bad one
    return SessionPointer(SSL_get1_session(&client.ssl()));
  }
  bool resumes(SSL_SESSION& session, int version) {
    End server = make_server();
    ForeignClient client;
    SSL_CTX_set_max_proto_version(&client.context(), version);
    SSL_set_session(&client.ssl(), &session);
    client.converse(server);
    EXPECT_TRUE(server.engine->is_established()) << server.engine->failure();
    return SSL_session_reused(&client.ssl()) == 1;
  }
};

TEST_F(Resumption, works_by_ticket_and_outlives_a_change_of_the_certificate) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const SessionPointer session = first_session(version);
    // A context that was loaded anew: the tickets are all that the server remembers.
    server_options.certificates = {store(folder, "new", authority.issue({"new", {"localhost"}}))};
    EXPECT_TRUE(resumes(*session, version)) << version;
  }
}

TEST_F(Resumption, is_refused_when_the_terms_for_clients_have_changed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ask_clients(ClientCertificates::requested);
    const SessionPointer session = first_session(version);
    EXPECT_TRUE(resumes(*session, version));
    server_options.client_ca_file = folder.write("clients.crt", authority.pem());
    EXPECT_FALSE(resumes(*session, version)) << version;
  }
}

TEST_F(Resumption, outlives_one_change_of_the_keys_and_not_two) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const SessionPointer session = first_session(version);
    keys->rotate();
    EXPECT_TRUE(resumes(*session, version)) << version;
    keys->rotate();
    EXPECT_FALSE(resumes(*session, version)) << version;
  }
}

TEST_F(Resumption, gives_who_comes_with_an_old_ticket_a_new_one) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SessionPointer session = first_session(version);
    for (int change = 0; change < 3; ++change) {
      keys->rotate();
      session = next_session(std::move(session), version);
    }
  }
}

TEST_F(Resumption, is_refused_with_a_ticket_that_was_changed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const SessionPointer session = first_session(version);
    const unsigned char* ticket = nullptr;
    std::size_t ticket_bytes = 0;
    SSL_SESSION_get0_ticket(session.get(), &ticket, &ticket_bytes);
    ASSERT_GT(ticket_bytes, 0u);
    const_cast<unsigned char*>(ticket)[ticket_bytes / 2] ^= 1;
    EXPECT_FALSE(resumes(*session, version)) << version;
  }
}

/// For a sanitizer of threads to watch: loops shake hands while one of them changes the keys.
TEST_F(Resumption, goes_on_while_another_thread_changes_the_keys) {
  const auto context = load_server();
  std::atomic<bool> is_over = false;
  std::thread changing([&] {
    while (!is_over) keys->rotate();
  });
  for (int visit = 0; visit < 50; ++visit) {
    End server(context->make_engine()), client = make_client();
    converse(client, server);
    EXPECT_TRUE(server.engine->is_established()) << server.engine->failure();
  }
  is_over = true;
  changing.join();
}

TEST_F(Servers, exchange_their_certificate_and_keep_it_when_the_new_one_cannot_be_used) {
  const TlsCertificate files = store(folder, "site", authority.issue({"old", {"localhost"}}));
  auto credentials = ServerCredentials::load({{files}});
  ASSERT_TRUE(credentials);
  const auto shown = [&] {
    End server((*credentials)->current()->make_engine()), client = make_client();
    converse(client, server);
    return subject_of(*CertificatePointer(SSL_get1_peer_certificate(&client.engine->ssl())));
  };
  EXPECT_EQ(shown(), "CN=old");

  End server((*credentials)->current()->make_engine()), client = make_client();
  const Issued renewed = authority.issue({"new", {"localhost"}});
  folder.write("site.crt", renewed.certificate);
  const auto half_written = (*credentials)->load_anew();
  ASSERT_FALSE(half_written);
  EXPECT_EQ(half_written.error().message, "TLS: the key in " + files.key_file +
                                              " does not belong to the certificate in " +
                                              files.certificate_file);
  EXPECT_EQ(shown(), "CN=old");

  folder.write("site.key", renewed.key);
  auto loaded = (*credentials)->load_anew();
  ASSERT_TRUE(loaded);
  EXPECT_EQ(shown(), "CN=old");
  (*credentials)->use(std::move(*loaded));
  EXPECT_EQ(shown(), "CN=new");
  converse(client, server);  // which began before
  EXPECT_TRUE(client.engine->is_established()) << client.engine->failure();
}

}  // namespace
}  // namespace duplex::tls::testing
