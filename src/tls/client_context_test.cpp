#include "tls/client_context.hpp"

#include "tls/engine_fixture.hpp"

namespace duplex::tls::testing {
namespace {

class Clients : public Tls {
 protected:
  /// What the client says about that certificate when it wanted `host`.
  std::string failure_with(const Issued& shown, const std::string& host = "localhost") {
    server_options.certificates = {store(folder, "shown", shown)};
    End server = make_server(), client = make_client(host);
    converse(client, server);
    EXPECT_FALSE(client.engine->is_established() && !client.engine->has_failed());
    EXPECT_TRUE(server.engine->has_failed() || !server.engine->is_established());
    return client.engine->failure();
  }
};

TEST_F(Clients, say_what_is_wrong_with_a_certificate_6455_4_1_05) {
  using std::chrono::seconds;
  EXPECT_EQ(failure_with(authority.issue({"", {"localhost"}, seconds(-7'200), seconds(-3'600)})),
            "TLS: the certificate of the server has expired");
  EXPECT_EQ(failure_with(authority.issue({"", {"localhost"}, seconds(3'600), seconds(7'200)})),
            "TLS: the certificate of the server is not valid yet");
  EXPECT_EQ(failure_with(authority.issue({"", {"a.example", "*.b.example"}})),
            "TLS: the certificate of the server is for another host");
  EXPECT_EQ(failure_with(issue_self_signed({"localhost", {"localhost"}})),
            "TLS: the certificate of the server is self-signed, and not one of those that are trusted");
  EXPECT_EQ(failure_with(Authority("Somebody else").issue({"localhost", {"localhost"}})),
            "TLS: the certificate of the server was issued by an authority that is not trusted");
  EXPECT_EQ(failure_with(authority.issue({"localhost", {"localhost"}}), "127.0.0.1"),
            "TLS: the certificate of the server is for another host");
}

TEST_F(Clients, trust_the_system_only_where_no_file_is_named) {
  client_options.ca_file.clear();
  EXPECT_EQ(failure_with(authority.issue({"localhost", {"localhost"}})),
            "TLS: the certificate of the server was issued by an authority that is not trusted");
}

TEST_F(Clients, accept_anything_only_when_asked_to_in_so_many_words) {
  client_options.insecure_accept_any_certificate = true;
  server_options.certificates = {store(folder, "bad", issue_self_signed({"other.example", {}}))};
  End server = make_server(), client = make_client();
  converse(client, server);
  EXPECT_TRUE(client.engine->is_established());
  EXPECT_FALSE(client.engine->has_failed());
}

TEST_F(Clients, name_the_host_in_the_hello_unless_it_is_an_address_6455_4_1_06) {
  EXPECT_NE(make_client("a.host.example").take_output().find("a.host.example"), std::string::npos);
  EXPECT_EQ(make_client("127.0.0.1").take_output().find("127.0.0.1"), std::string::npos);
}

TEST_F(Clients, accept_a_certificate_for_an_address) {
  server_options.certificates = {store(folder, "address", authority.issue({"", {"IP:127.0.0.1", "IP:::1"}}))};
  for (const char* host : {"127.0.0.1", "::1"}) {
    End server = make_server(), client = make_client(host);
    converse(client, server);
    EXPECT_TRUE(client.engine->is_established()) << client.engine->failure();
  }
}

TEST_F(Clients, refuse_files_that_they_cannot_use) {
  client_options.ca_file = folder.path_of("missing.crt");
  auto loaded = ClientContext::load(client_options);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message,
            "TLS: cannot use the authorities in " + client_options.ca_file + ": No such file or directory");
}

}  // namespace
}  // namespace duplex::tls::testing
