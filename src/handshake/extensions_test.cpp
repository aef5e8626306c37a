#include "handshake/extensions.hpp"

#include <gtest/gtest.h>

#include <random>

namespace duplex::handshake {
namespace {

std::optional<Extensions> parse(std::string value) {
  return parse_extensions({{"Sec-WebSocket-Extensions", std::move(value)}});
}

/// The canonical form, or "malformed".
std::string canonical(std::string value) {
  const auto extensions = parse(std::move(value));
  return extensions ? format_extensions(*extensions) : "malformed";
}

TEST(Extensions, are_a_list_of_names_with_parameters_6455_9_1_01) {
  const auto extensions = parse("foo, bar; baz=2; qux");
  ASSERT_TRUE(extensions);
  EXPECT_EQ(*extensions, (Extensions{{"foo", {}}, {"bar", {{"baz", "2"}, {"qux", std::nullopt}}}}));
}

TEST(Extensions, that_are_malformed_are_not_ignored_6455_9_1_01) {
  for (const std::string value :
       {"permessage-deflate;", ";x", "a=1", "a; b=", "a; =1", "a b", "a; b=\"", "a; b=\"x", "a/b", "a; b=c d",
        "a; b c", "a;;b", "a; b=\"c\"d", "a; \"b\"", "\"a\"", "a; b==c", "a\x01"})
    EXPECT_EQ(canonical(value), "malformed") << value;
}

TEST(Extensions, may_quote_values_that_are_tokens_6455_9_1_02) {
  EXPECT_EQ(canonical("permessage-deflate; client_max_window_bits=\"10\""),
            "permessage-deflate; client_max_window_bits=10");
  EXPECT_EQ(canonical(R"(a; b="1\0")"), "a; b=10");
  for (const std::string value :
       {"a; b=\"\"", "a; b=\"1 0\"", "a; b=\"a,b\"", "a; b=\"a;b\"", R"(a; b="\"")"})
    EXPECT_EQ(canonical(value), "malformed") << value;
}

TEST(Extensions, are_not_split_inside_quotes_6455_9_1_03) {
  EXPECT_EQ(canonical(R"(x; y="a\",b", permessage-deflate)"), "malformed");
}

TEST(Extensions, may_have_whitespace_around_every_separator_6455_9_1_04) {
  EXPECT_EQ(canonical("permessage-deflate ; client_max_window_bits = 10 ,foo"),
            "permessage-deflate; client_max_window_bits=10, foo");
  EXPECT_EQ(canonical(" \ta\t;\tb\t=\t\"c\"\t,\td\t"), "a; b=c, d");
}

TEST(Extensions, skip_empty_elements_but_need_a_real_one_6455_9_1_05) {
  EXPECT_EQ(canonical(", permessage-deflate,,"), "permessage-deflate");
  for (const std::string value : {"", ",", " , ,"}) EXPECT_EQ(canonical(value), "malformed");
  EXPECT_EQ(parse_extensions({}), Extensions{}) << "no field is no malformed field";
}

TEST(Extensions, on_several_lines_are_one_list_6455_9_1_06_6455_11_3_02_6455_4_2_2_12) {
  EXPECT_EQ(
      parse_extensions({{"Sec-WebSocket-Extensions", "foo"}, {"sec-websocket-extensions", "bar; baz=2"}}),
      parse("foo, bar; baz=2"));
}

TEST(Extensions, are_bounded_exactly) {
  std::string list = "e0";
  for (std::size_t index = 1; index < extensions_max; ++index) list += ",e" + std::to_string(index);
  EXPECT_NE(canonical(list), "malformed");
  EXPECT_EQ(canonical(list + ",more"), "malformed");
  std::string parameters = "a";
  for (std::size_t index = 0; index < extension_parameters_max; ++index) parameters += ";p";
  EXPECT_NE(canonical(parameters), "malformed");
  EXPECT_EQ(canonical(parameters + ";p"), "malformed");
  EXPECT_EQ(canonical(std::string(100'000, ',')), "malformed");
}

TEST(Extensions, keep_their_meaning_when_formatted_and_survive_random_text) {
  std::mt19937 random(6455);
  const std::string alphabet = "ab;,=\"\\ \t";
  int well_formed = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string value;
    for (auto length = random() % 10; length > 0; --length) value += alphabet[random() % alphabet.size()];
    const auto extensions = parse(value);
    if (!extensions) continue;
    ++well_formed;
    EXPECT_EQ(parse(format_extensions(*extensions)), extensions) << value;
  }
  EXPECT_GT(well_formed, 100);
}

/// Accepts offers without parameters and says so with one.
class ToyExtension final : public ServerExtension {
 public:
  explicit ToyExtension(std::string_view name) : name_(name) {}
  std::string_view name() const override { return name_; }
  std::optional<Extension> accept(const Extension& offer) const override {
    if (!offer.parameters.empty()) return std::nullopt;
    return Extension{std::string(name_), {{"agreed", std::nullopt}}};
  }

 private:
  std::string_view name_;
};

std::string negotiated(std::string offers) {
  const ToyExtension one("one");
  const ToyExtension two("two");
  const std::array<const ServerExtension*, 2> supported{&one, &two};
  return format_extensions(negotiate(*parse(std::move(offers)), supported));
}

TEST(Negotiation, does_not_accept_unknown_names_6455_9_1_08) {
  EXPECT_EQ(negotiated("x-foo, two"), "two; agreed");
  EXPECT_EQ(negotiated("x-foo, Two"), "");
  EXPECT_TRUE(negotiate(*parse("one"), {}).empty());
}

TEST(Negotiation, keeps_the_clients_order_and_takes_each_name_once_6455_9_1_09) {
  EXPECT_EQ(negotiated("two, one, two"), "two; agreed, one; agreed");
}

TEST(Negotiation, falls_back_to_a_later_offer_of_the_same_name) {
  EXPECT_EQ(negotiated("one; x, one"), "one; agreed");
}

}  // namespace
}  // namespace duplex::handshake
