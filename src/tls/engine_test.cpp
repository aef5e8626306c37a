#include "tls/engine.hpp"

#include <string>
#include <vector>

#include "tls/engine_fixture.hpp"

namespace duplex::tls::testing {
namespace {

using Engines = Tls;

std::size_t records_in(std::string_view ciphertext) {
  std::size_t count = 0;
  while (!ciphertext.empty()) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(ciphertext.at(at)); };
    ciphertext.remove_prefix(5 + static_cast<std::size_t>(byte(3)) * 256 + byte(4));
    ++count;
  }
  return count;
}

std::string numbers(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t index = 0; index < bytes; ++index)
    text[index] = static_cast<char>(index * 7 + index / 251);
  return text;
}

TEST_F(Engines, understand_each_other_whole_and_byte_by_byte) {
  for (const std::size_t piece_bytes : {SIZE_MAX, std::size_t{1}, std::size_t{7}}) {
    End server = make_server(), client = make_client();
    converse(client, server, piece_bytes);
    ASSERT_TRUE(server.engine->is_established()) << server.engine->failure();
    ASSERT_TRUE(client.engine->is_established()) << client.engine->failure();
    client.send("to the server");
    server.send("to the client");
    converse(client, server, piece_bytes);
    EXPECT_EQ(server.heard, "to the server");
    EXPECT_EQ(client.heard, "to the client");
  }
}

TEST_F(Engines, say_nothing_in_the_clear_6455_4_1_07_6455_4_2_2_01) {
  End server = make_server(), client = make_client();
  converse(client, server);
  client.send("a secret of the client");
  server.send("a secret of the server");
  EXPECT_EQ(client.take_output().find("secret"), std::string::npos);
  EXPECT_EQ(server.take_output().find("secret"), std::string::npos);
}

TEST_F(Engines, data_right_behind_the_handshake_is_not_lost) {
  End server = make_server(), client = make_client();
  server.receive(client.take_output(), SIZE_MAX);
  client.receive(server.take_output(), SIZE_MAX);
  ASSERT_TRUE(client.engine->is_established());
  client.send("at once");
  server.receive(client.take_output(), SIZE_MAX);  // the client's last flight and data in one piece
  EXPECT_EQ(server.heard, "at once");
}

TEST_F(Engines, bring_small_pieces_into_one_record_and_large_ones_into_full_records) {
  End server = make_server(), client = make_client();
  converse(client, server);
  const std::string large = numbers(3 * record_plaintext_bytes_max);
  const std::vector<ConstBytes> small = {as_bytes("a"), as_bytes(""), as_bytes("b"), as_bytes("c")};
  client.engine->send(small, client.output);
  EXPECT_EQ(records_in(as_text(client.output.bytes())), 1u);
  converse(client, server);
  EXPECT_EQ(server.heard, "abc");

  const std::vector<ConstBytes> mixed = {as_bytes("head"), as_bytes(large), as_bytes("tail")};
  client.engine->send(mixed, client.output);
  EXPECT_EQ(records_in(as_text(client.output.bytes())), 4u);
  converse(client, server);
  EXPECT_EQ(server.heard, "abchead" + large + "tail");
}

TEST_F(Engines, keep_what_did_not_fit_for_the_next_call) {
  End server = make_server(), client = make_client();
  converse(client, server);
  const std::string text = numbers(40'000);
  client.send(text);
  const std::string ciphertext = client.take_output();
  ConstBytes input = as_bytes(ciphertext);
  std::array<std::byte, 1'000> small;
  std::string heard;
  std::size_t count = 0;
  do {
    count = server.engine->receive(input, small, server.output);
    heard += as_text(ConstBytes(small).first(count));
  } while (count == small.size());
  EXPECT_EQ(heard, text);
  EXPECT_TRUE(input.empty());
}

TEST_F(Engines, hear_the_end_of_the_other_and_may_go_on_6455_7_1_1_03_H1_9_8_01) {
  End server = make_server(), client = make_client();
  converse(client, server);
  client.send("last words");
  client.engine->send_end(client.output);
  converse(client, server);
  EXPECT_EQ(server.heard, "last words");
  EXPECT_TRUE(server.engine->has_ended());
  EXPECT_FALSE(server.engine->has_failed());
  server.send("so long");
  server.engine->send_end(server.output);
  converse(client, server);
  EXPECT_EQ(client.heard, "so long");
  EXPECT_TRUE(client.engine->has_ended());
}

TEST_F(Engines, leave_what_comes_behind_the_end_alone) {
  End server = make_server(), client = make_client();
  converse(client, server);
  client.engine->send_end(client.output);
  const std::string ciphertext = client.take_output() + "trailing";
  ConstBytes input = as_bytes(ciphertext);
  std::array<std::byte, 100> room;
  EXPECT_EQ(server.engine->receive(input, room, server.output), 0u);
  EXPECT_EQ(as_text(input), "trailing");
  EXPECT_FALSE(server.engine->has_failed());
}

TEST_F(Engines, a_stream_that_is_cut_off_has_not_ended) {
  End server = make_server(), client = make_client();
  converse(client, server);
  client.send("cut");
  const std::string ciphertext = client.take_output();
  server.receive(ciphertext.substr(0, ciphertext.size() - 1), SIZE_MAX);
  EXPECT_EQ(server.heard, "");
  EXPECT_FALSE(server.engine->has_ended());
  EXPECT_FALSE(server.engine->has_failed());
}

TEST_F(Engines, a_byte_that_was_changed_is_found) {
  End server = make_server(), client = make_client();
  converse(client, server);
  client.send("true");
  std::string ciphertext = client.take_output();
  ciphertext.back() ^= 1;
  server.receive(ciphertext, SIZE_MAX);
  EXPECT_EQ(server.heard, "");
  EXPECT_TRUE(server.engine->has_failed());
  EXPECT_FALSE(server.output.empty()) << "an alert";
}

TEST_F(Engines, what_is_no_tls_fails_with_a_reason) {
  const auto failure_after = [this](std::string_view bytes) {
    End server = make_server();
    server.receive(bytes, SIZE_MAX);
    EXPECT_TRUE(server.engine->has_failed());
    return server.engine->failure();
  };
  EXPECT_EQ(failure_after("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            "TLS: the client speaks HTTP without TLS");
  EXPECT_EQ(failure_after("\x01\x02\x03 garbage of some length").substr(0, 5), "TLS: ");
}

TEST_F(Engines, a_client_that_speaks_http_is_answered_in_http) {
  End server = make_server();
  server.receive("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", SIZE_MAX);
  const std::string answer = server.take_output();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  const std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
  EXPECT_EQ(body, "This port speaks TLS only: use https:// or wss://\n");
  EXPECT_NE(answer.find("Content-Length: " + std::to_string(body.size()) + "\r\n"), std::string::npos);
}

TEST_F(Engines, a_record_that_is_longer_than_records_may_be_is_refused) {
  End server = make_server(), client = make_client();
  converse(client, server);
  server.receive("\x17\x03\x03\xff\xff" + std::string(70'000, 'x'), SIZE_MAX);
  EXPECT_TRUE(server.engine->has_failed());
  EXPECT_EQ(server.heard, "");
}

TEST_F(Engines, versions_before_1_2_are_refused) {
  End server = make_server();
  ForeignClient client;
  SSL_CTX_set_min_proto_version(&client.context(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(&client.context(), TLS1_1_VERSION);
  client.converse(server);
  EXPECT_FALSE(server.engine->is_established());
  EXPECT_TRUE(server.engine->has_failed());
}

TEST_F(Engines, the_minimum_version_can_be_1_3) {
  server_options.minimum_version = TlsVersion::tls_1_3;
  End server = make_server();
  ForeignClient client;
  SSL_CTX_set_max_proto_version(&client.context(), TLS1_2_VERSION);
  client.converse(server);
  EXPECT_TRUE(server.engine->has_failed());
}

TEST_F(Engines, a_server_prefers_aes_with_128_bits_whatever_the_client_prefers) {
  const auto agreed_in = [this](int version) {
    End server = make_server();
    ForeignClient client;
    SSL_CTX_set_max_proto_version(&client.context(), version);
    EXPECT_EQ(SSL_CTX_set_ciphersuites(&client.context(), "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"),
              1);
    EXPECT_EQ(SSL_CTX_set_cipher_list(&client.context(), "ECDHE+AES256+AESGCM:ECDHE+AES128+AESGCM"), 1);
    client.converse(server);
    return std::string(SSL_get_cipher_name(&server.engine->ssl()));
  };
  EXPECT_EQ(agreed_in(TLS1_3_VERSION), "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(agreed_in(TLS1_2_VERSION), "ECDHE-ECDSA-AES128-GCM-SHA256");
}

TEST_F(Engines, a_client_of_1_2_is_served_but_may_not_renegotiate) {
  End server = make_server();
  ForeignClient client;
  SSL_CTX_set_max_proto_version(&client.context(), TLS1_2_VERSION);
  client.converse(server);
  ASSERT_TRUE(server.engine->is_established()) << server.engine->failure();
  EXPECT_STREQ(SSL_get_version(&server.engine->ssl()), "TLSv1.2");
  SSL_renegotiate(&client.ssl());
  SSL_do_handshake(&client.ssl());
  client.converse(server);
  // The refusal is a warning, after which OpenSSL's own client gives up.
  EXPECT_EQ(SSL_get_secure_renegotiation_support(&client.ssl()), 1);
  EXPECT_EQ(SSL_total_renegotiations(&server.engine->ssl()), 0);
}

TEST_F(Engines, a_client_that_offers_only_other_protocols_is_refused) {
  End server = make_server();
  ForeignClient client;
  const std::array<unsigned char, 3> h2 = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(&client.context(), h2.data(), h2.size());
  client.converse(server);
  EXPECT_FALSE(server.engine->is_established());
  EXPECT_TRUE(server.engine->has_failed());
}

TEST_F(Engines, a_client_that_offers_http_1_1_gets_it_and_one_that_offers_nothing_is_served) {
  End server = make_server(), client = make_client();
  converse(client, server);
  const unsigned char* chosen = nullptr;
  unsigned int chosen_bytes = 0;
  SSL_get0_alpn_selected(&client.engine->ssl(), &chosen, &chosen_bytes);
  EXPECT_EQ(std::string(chosen, chosen + chosen_bytes), "http/1.1");

  End other_server = make_server();
  ForeignClient silent;
  silent.converse(other_server);
  EXPECT_TRUE(other_server.engine->is_established());
}

}  // namespace
}  // namespace duplex::tls::testing
