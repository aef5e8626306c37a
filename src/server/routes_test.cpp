#include "server/routes.hpp"

#include <gtest/gtest.h>

namespace duplex::server {
namespace {

/// Which of the patterns serves `path`, and with which parameters: "/a/:b b=1".
std::string match(const std::vector<std::string>& patterns, std::string_view path) {
  Routes routes;
  for (const std::string& pattern : patterns) {
    routes.at(pattern).methods["GET"] = [pattern](const Request&) { return Response(200, pattern); };
  }
  const Routes::Match match = routes.find(path);
  if (match.route == nullptr) return "none";
  std::string text = (*match.route->handler_for("GET"))({}).body;
  for (const auto& [name, value] : match.parameters) text += " " + name + "=" + value;
  return text;
}

TEST(Routes, a_literal_pattern_matches_itself_only) {
  EXPECT_EQ(match({"/chat"}, "/chat"), "/chat");
  EXPECT_EQ(match({"/chat"}, "/chat/"), "none");
  EXPECT_EQ(match({"/chat"}, "/chats"), "none");
  EXPECT_EQ(match({"/"}, "/"), "/");
}

TEST(Routes, parameters_match_one_segment_that_is_not_empty) {
  EXPECT_EQ(match({"/rooms/:room/users/:user"}, "/rooms/blue/users/7"),
            "/rooms/:room/users/:user room=blue user=7");
  EXPECT_EQ(match({"/rooms/:room"}, "/rooms/"), "none");
  EXPECT_EQ(match({"/rooms/:room"}, "/rooms/a/b"), "none");
}

TEST(Routes, a_star_matches_the_rest_with_nothing_in_it_too) {
  EXPECT_EQ(match({"/files/*"}, "/files/a/b"), "/files/*");
  EXPECT_EQ(match({"/files/*"}, "/files/"), "/files/*");
  EXPECT_EQ(match({"/*"}, "/"), "/*");
}

TEST(Routes, the_most_literal_pattern_wins_in_whatever_order_they_came) {
  for (const auto& patterns : {std::vector<std::string>{"/*", "/a/:b", "/a/b"}, {"/a/b", "/a/:b", "/*"}}) {
    EXPECT_EQ(match(patterns, "/a/b"), "/a/b");
    EXPECT_EQ(match(patterns, "/a/c"), "/a/:b b=c");
    EXPECT_EQ(match(patterns, "/x"), "/*");
  }
}

TEST(Routes, allow_names_head_beside_get_H1_15_5_6_01) {
  Routes routes;
  routes.at("/a").methods["GET"] = {};
  routes.at("/a").methods["POST"] = {};
  EXPECT_EQ(routes.at("/a").allowed_methods(), "GET, HEAD, POST");
}

}  // namespace
}  // namespace duplex::server
