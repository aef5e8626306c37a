#include "topic_query.hpp"

#include <gtest/gtest.h>

namespace duplex::cli {
namespace {

using Topics = std::vector<std::string>;

void check(std::string_view query, const std::optional<Topics>& expected) {
  EXPECT_EQ(topics_in_query(query), expected) << query;
}

TEST(TopicQuery, HasNoTopicsUnlessItNamesSome) {
  check("", Topics{});
  check("&&", Topics{});
  check("with=query&topics=news&xtopic=news", Topics{});
}

TEST(TopicQuery, NamesOneOrSeveralInTheirOrder) {
  check("topic=news", Topics{"named/news"});
  check("topic=news&x=y&topic=weather/here&", Topics{"named/news", "named/weather/here"});
}

TEST(TopicQuery, IsPercentDecodedButNotAForm) {
  check("topic=a%2Fb%23", Topics{"named/a/b#"});
  check("topic=prices/+", Topics{"named/prices/+"});
  check("topic=gr%c3%bcn", Topics{"named/grün"});
}

TEST(TopicQuery, RefusesWhatIsNoName) {
  check("topic=", std::nullopt);
  check("topic=news&topic", Topics{"named/news"});
  for (const char* query : {"topic=%", "topic=%4", "topic=%4&x", "topic=%zz", "topic=%-1", "topic=%4x"}) {
    check(query, std::nullopt);
  }
}

}  // namespace
}  // namespace duplex::cli
