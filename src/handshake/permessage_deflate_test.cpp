#include "handshake/permessage_deflate.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "handshake/dial.hpp"

namespace duplex::handshake {
namespace {

constexpr CompressionOptions shared;

CompressionOptions dedicated() {
  CompressionOptions options;
  options.sending = options.receiving = CompressionContext::dedicated;
  return options;
}

Extensions parse(const std::string& value) {
  const auto extensions = parse_extensions({{"Sec-WebSocket-Extensions", value}});
  EXPECT_TRUE(extensions) << value;
  return extensions.value_or(Extensions());
}

/// The server's answer to a list of offers, or "declined"; "malformed" is the 400 of the grammar.
std::string answer(std::string offers, const CompressionOptions& options) {
  const std::string whole_name = "permessage-deflate";
  for (std::size_t at = 0; (at = offers.find("pmd", at)) != offers.npos; at += whole_name.size())
    offers.replace(at, 3, whole_name);
  const auto parsed = parse_extensions({{"Sec-WebSocket-Extensions", offers}});
  if (!parsed) return "malformed";
  const DeflateExtension deflate(options);
  const std::array<const ServerExtension*, 1> supported = {&deflate};
  const Extensions agreed = negotiate(*parsed, supported);
  EXPECT_LE(agreed.size(), 1u);
  return agreed.empty() ? "declined" : format_extensions(agreed).substr(whole_name.size());
}

std::string dedicated_answer(const std::string& offers) { return answer(offers, dedicated()); }

TEST(DeflateOffer, without_parameters_is_accepted_7692_OFF_01_7692_5_03_7692_7_1_2_2_02) {
  EXPECT_EQ(dedicated_answer("pmd"), "");
  EXPECT_EQ(answer("pmd", shared), "; server_no_context_takeover; client_no_context_takeover");
  CompressionOptions small = dedicated();
  small.receiving_window_bits = 10;
  EXPECT_EQ(answer("pmd", small), "") << "the client did not say that it understands client_max_window_bits";
}

TEST(DeflateOffer, with_no_context_takeover_is_accepted_in_any_order_7692_OFF_02_7692_7_1_1_1_02) {
  EXPECT_EQ(dedicated_answer("pmd; server_no_context_takeover"), "; server_no_context_takeover");
  EXPECT_EQ(dedicated_answer("pmd; client_no_context_takeover"), "; client_no_context_takeover");
  for (const char* offer : {"pmd; server_no_context_takeover; client_no_context_takeover",
                            "pmd; client_no_context_takeover; server_no_context_takeover"})
    EXPECT_EQ(dedicated_answer(offer), "; server_no_context_takeover; client_no_context_takeover");
}

TEST(DeflateOffer, is_answered_with_no_context_takeover_unasked_7692_7_1_1_1_03_7692_7_1_1_2_02) {
  CompressionOptions options = dedicated();
  options.sending = CompressionContext::shared;
  EXPECT_EQ(answer("pmd", options), "; server_no_context_takeover");
  options = dedicated();
  options.receiving = CompressionContext::shared;
  EXPECT_EQ(answer("pmd", options), "; client_no_context_takeover");
}

TEST(DeflateOffer, may_limit_the_servers_window_7692_OFF_03_7692_7_1_2_1_02) {
  for (int bits = 9; bits <= 15; ++bits) {
    const std::string number = std::to_string(bits);
    const std::string agreed = "; server_max_window_bits=" + number;
    EXPECT_EQ(dedicated_answer("pmd; server_max_window_bits=" + number), agreed);
    EXPECT_EQ(dedicated_answer("pmd; server_max_window_bits=\"" + number + "\""), agreed);
  }
  CompressionOptions small = dedicated();
  small.sending_window_bits = 11;
  EXPECT_EQ(answer("pmd; server_max_window_bits=13", small), "; server_max_window_bits=11");
  EXPECT_EQ(answer("pmd; server_max_window_bits=10", small), "; server_max_window_bits=10");
}

TEST(DeflateOffer, of_a_server_window_of_256_bytes_is_declined_7692_7_1_2_05) {
  EXPECT_EQ(dedicated_answer("pmd; server_max_window_bits=8"), "declined");
  EXPECT_EQ(dedicated_answer("pmd; server_max_window_bits=8, pmd"), "");
}

TEST(DeflateOffer, is_answered_with_a_smaller_window_unasked_7692_7_1_2_1_03) {
  CompressionOptions small = dedicated();
  small.sending_window_bits = 9;
  EXPECT_EQ(answer("pmd", small), "; server_max_window_bits=9");
}

TEST(DeflateOffer, may_allow_to_limit_the_clients_window_7692_OFF_04_7692_7_1_2_2_01_7692_7_1_2_2_03) {
  EXPECT_EQ(dedicated_answer("pmd; client_max_window_bits"), "") << "there is nothing to limit";
  for (int bits = 8; bits <= 14; ++bits) {
    const std::string number = std::to_string(bits);
    const std::string agreed = "; client_max_window_bits=" + number;
    EXPECT_EQ(dedicated_answer("pmd; client_max_window_bits=" + number), agreed);
    EXPECT_EQ(dedicated_answer("pmd; client_max_window_bits=\"" + number + "\""), agreed);
  }
  CompressionOptions small = dedicated();
  small.receiving_window_bits = 12;
  EXPECT_EQ(answer("pmd; client_max_window_bits", small), "; client_max_window_bits=12");
  EXPECT_EQ(answer("pmd; client_max_window_bits=15", small), "; client_max_window_bits=12");
  EXPECT_EQ(answer("pmd; client_max_window_bits=10", small), "; client_max_window_bits=10");
}

TEST(DeflateOffer, that_is_invalid_is_declined_and_no_error_7692_OFF_05_7692_OFF_06_7692_5_04_7692_7_01) {
  for (const char* value :
       {"", "=7", "=16", "=0", "=08", "=010", "=100", "=-8", "=+8", "=8.0", "=0x8", "=abc"})
    EXPECT_EQ(dedicated_answer(std::string("pmd; server_max_window_bits") + value), "declined") << value;
}

TEST(DeflateOffer, of_a_client_window_that_cannot_be_is_declined_7692_OFF_07) {
  for (const char* value : {"=7", "=16", "=08", "=abc"})
    EXPECT_EQ(dedicated_answer(std::string("pmd; client_max_window_bits") + value), "declined") << value;
}

TEST(DeflateOffer, with_a_value_where_none_belongs_is_declined_7692_OFF_08) {
  for (const char* parameter :
       {"server_no_context_takeover=1", "server_no_context_takeover=true", "client_no_context_takeover=0"})
    EXPECT_EQ(dedicated_answer(std::string("pmd; ") + parameter), "declined") << parameter;
}

TEST(DeflateOffer, with_a_repeated_parameter_is_declined_7692_OFF_09) {
  for (const char* parameters : {"server_no_context_takeover; server_no_context_takeover",
                                 "client_no_context_takeover; client_no_context_takeover",
                                 "client_max_window_bits; client_max_window_bits=10",
                                 "client_max_window_bits=10; client_max_window_bits",
                                 "client_max_window_bits=10; client_max_window_bits=10",
                                 "server_max_window_bits=10; server_max_window_bits=10"})
    EXPECT_EQ(dedicated_answer(std::string("pmd; ") + parameters), "declined") << parameters;
}

TEST(DeflateOffer, with_an_unknown_parameter_is_declined_7692_OFF_10_6455_9_1_10) {
  for (const char* parameter : {"foo", "foo=1", "Server_No_Context_Takeover"})
    EXPECT_EQ(dedicated_answer(std::string("pmd; ") + parameter), "declined") << parameter;
}

TEST(DeflateOffer, with_an_empty_value_is_malformed_7692_OFF_11) {
  EXPECT_EQ(dedicated_answer("pmd; server_max_window_bits="), "malformed");
  EXPECT_EQ(dedicated_answer("pmd; server_max_window_bits=\"\""), "malformed");
}

TEST(DeflateOffer, is_the_first_of_the_list_that_can_be_accepted_7692_5_01_7692_5_02_7692_OFF_12) {
  EXPECT_EQ(dedicated_answer("pmd; server_max_window_bits=10, pmd"), "; server_max_window_bits=10");
  EXPECT_EQ(dedicated_answer("pmd; server_max_window_bits=7, pmd; server_max_window_bits=10, pmd"),
            "; server_max_window_bits=10");
  EXPECT_EQ(dedicated_answer("pmd; foo, pmd"), "");
}

TEST(DeflateOffer, of_another_extension_is_ignored_7692_OFF_13) {
  for (const char* offer :
       {"x-webkit-deflate-frame", "permessage-bzip2", "permessage-deflates", "Permessage-Deflate"})
    EXPECT_EQ(dedicated_answer(offer), "declined") << offer;
  EXPECT_EQ(dedicated_answer("x-webkit-deflate-frame, pmd"), "");
}

TEST(DeflateAgreement, of_the_server_is_what_its_answer_says_7692_5_07_7692_7_2_2_03) {
  const AgreedCompression all = agreed_by_server(dedicated(), parse("permessage-deflate").front());
  EXPECT_TRUE(all.sending.context_takeover);
  EXPECT_TRUE(all.receiving.context_takeover) << "a hint that was not echoed changes nothing";
  EXPECT_EQ(all.sending.window_bits, 15);
  EXPECT_EQ(all.receiving.window_bits, 15);
  const AgreedCompression some =
      agreed_by_server(dedicated(), parse("permessage-deflate; server_no_context_takeover; "
                                          "client_max_window_bits=9; server_max_window_bits=12")
                                        .front());
  EXPECT_FALSE(some.sending.context_takeover);
  EXPECT_TRUE(some.receiving.context_takeover);
  EXPECT_EQ(some.sending.window_bits, 12);
  EXPECT_EQ(some.receiving.window_bits, 9);
}

// The client.

std::string offer(const CompressionOptions& options) { return format_extensions({offer_deflate(options)}); }

TEST(DeflateClient, offers_what_its_options_say_7692_7_1_1_1_01_7692_7_1_1_2_01_7692_7_1_2_1_01) {
  EXPECT_EQ(offer(dedicated()), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(
      offer(shared),
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits");
  CompressionOptions small = dedicated();
  small.sending_window_bits = 9;
  small.receiving_window_bits = 10;
  EXPECT_EQ(offer(small), "permessage-deflate; server_max_window_bits=10; client_max_window_bits=9");
}

TEST(DeflateClient, knows_window_bits_that_cannot_be_7692_7_1_2_1_01) {
  for (const int bits : {7, 8, 16, 0, -9}) {
    CompressionOptions options;
    options.sending_window_bits = bits;
    EXPECT_FALSE(check_compression(options)) << bits;
    options = {};
    options.receiving_window_bits = bits;
    EXPECT_FALSE(check_compression(options)) << bits;
  }
  EXPECT_TRUE(check_compression({}));
}

TEST(DeflateOptions, have_windows_that_are_of_use_7692_E_10) {
  EXPECT_GE(CompressionOptions().sending_window_bits, 10);
  EXPECT_GE(CompressionOptions().receiving_window_bits, 10);
}

/// What a client with these options makes of an answer.
Result<AgreedCompression> agreed(const std::string& answer, const CompressionOptions& options) {
  return agreed_by_client(options, offer_deflate(options), parse("permessage-deflate" + answer).front());
}

TEST(DeflateClient, takes_what_the_server_may_answer_7692_RSP_01_7692_RSP_03_7692_RSP_13) {
  for (const char* answer :
       {"", "; server_no_context_takeover", "; client_no_context_takeover", "; server_max_window_bits=9"})
    EXPECT_TRUE(agreed(answer, dedicated())) << answer;
  CompressionOptions no_takeover = dedicated();
  no_takeover.sending = CompressionContext::shared;
  const auto compression = agreed("", no_takeover);
  ASSERT_TRUE(compression) << "client_no_context_takeover was a hint";
  EXPECT_FALSE(compression->sending.context_takeover);
}

TEST(DeflateClient, obeys_the_answer_7692_7_1_1_2_03_7692_RSP_05_7692_7_1_2_2_04) {
  EXPECT_FALSE(agreed("; client_no_context_takeover", dedicated())->sending.context_takeover);
  EXPECT_TRUE(agreed("", dedicated())->sending.context_takeover);
  EXPECT_FALSE(agreed("; server_no_context_takeover", dedicated())->receiving.context_takeover);
  EXPECT_EQ(agreed("; server_max_window_bits=9", dedicated())->receiving.window_bits, 9);
  EXPECT_EQ(agreed("; client_max_window_bits=10", dedicated())->sending.window_bits, 10);
  EXPECT_EQ(agreed("; client_max_window_bits=8", dedicated())->sending.window_bits, 8);
  CompressionOptions hint = dedicated();
  hint.sending_window_bits = 10;
  const auto larger = agreed("; client_max_window_bits=12", hint);
  ASSERT_TRUE(larger) << "the offered number is only a hint";
  EXPECT_EQ(larger->sending.window_bits, 10);
}

TEST(DeflateClient, fails_what_the_server_may_not_answer_7692_RSP_06_7692_RSP_11_7692_7_02) {
  for (const char* answer :
       {"; client_max_window_bits", "; client_max_window_bits=7", "; client_max_window_bits=16",
        "; client_max_window_bits=010", "; foo", "; server_no_context_takeover; server_no_context_takeover",
        "; server_no_context_takeover=1", "; server_max_window_bits", "; server_max_window_bits=08"})
    EXPECT_FALSE(agreed(answer, dedicated())) << answer;
}

TEST(DeflateClient, fails_a_window_that_it_did_not_offer_to_limit_7692_RSP_04) {
  const Extension offered{"permessage-deflate", {}};
  EXPECT_FALSE(
      agreed_by_client(dedicated(), offered, parse("permessage-deflate; client_max_window_bits=10").front()));
  EXPECT_TRUE(agreed_by_client(dedicated(), offered, parse("permessage-deflate").front()));
}

TEST(DeflateClient,
     fails_an_answer_that_drops_what_it_asked_for_7692_RSP_07_7692_RSP_08_7692_RSP_09_7692_5_08) {
  CompressionOptions small = dedicated();
  small.receiving_window_bits = 10;
  EXPECT_TRUE(agreed("; server_max_window_bits=10", small));
  EXPECT_TRUE(agreed("; server_max_window_bits=8", small));
  EXPECT_FALSE(agreed("; server_max_window_bits=11", small));
  EXPECT_FALSE(agreed("", small));
  CompressionOptions no_takeover = dedicated();
  no_takeover.receiving = CompressionContext::shared;
  EXPECT_TRUE(agreed("; server_no_context_takeover", no_takeover));
  EXPECT_FALSE(agreed("", no_takeover));
}

/// Both ends by their real names: what the one answers is what the other takes.
TEST(DeflateNegotiation, of_our_own_two_ends_always_succeeds_and_they_agree) {
  std::vector<CompressionOptions> all;
  for (const auto sending : {CompressionContext::shared, CompressionContext::dedicated})
    for (const auto receiving : {CompressionContext::shared, CompressionContext::dedicated})
      for (const int sending_bits : {9, 12, 15})
        for (const int receiving_bits : {9, 12, 15})
          all.push_back({true, sending, receiving, sending_bits, receiving_bits, 0});
  for (const CompressionOptions& client : all) {
    for (const CompressionOptions& server : all) {
      const auto element = DeflateExtension(server).accept(offer_deflate(client));
      ASSERT_TRUE(element);
      const AgreedCompression theirs = agreed_by_server(server, *element);
      const auto ours = agreed_by_client(client, offer_deflate(client), *element);
      ASSERT_TRUE(ours) << format_extensions({*element});
      EXPECT_LE(theirs.sending.window_bits, ours->receiving.window_bits);
      EXPECT_LE(ours->sending.window_bits, theirs.receiving.window_bits);
      EXPECT_LE(theirs.sending.context_takeover, ours->receiving.context_takeover);
      EXPECT_LE(ours->sending.context_takeover, theirs.receiving.context_takeover);
    }
  }
}

}  // namespace
}  // namespace duplex::handshake
