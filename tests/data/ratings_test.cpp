#include "talweg/data/ratings.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg::data {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

struct Read {
  Ids users, items;
  Ratings ratings;
};

class RatingsFile : public ::testing::Test {
 protected:
  Read read(const std::string& content, const RatingOptions& options = {}) const {
    Read r;
    r.ratings = read_ratings(put(folder_ / "r.tsv", content), r.users, r.items, options);
    return r;
  }
  std::string message(const std::string& content, const RatingOptions& options = {}) const {
    const std::string m = message_of<Error>([&] { read(content, options); });
    const std::string file = folder_ / "r.tsv";
    EXPECT_TRUE(contains(m, file));
    return m.substr(m.find(file) + file.size());
  }
  Folder folder_;
};

RatingOptions with(const char* columns) { return {.columns = parse_rating_columns(columns)}; }

TEST_F(RatingsFile, ReadsWithAndWithoutHeaderAnyIdsAndDelimiters) {
  for (const char* content :
       {"ann\tm1\t5\nbob\tm1\t3.5\nann\tx 7\t1\n", "user,item,rating\nann,m1,5\nbob,m1,3.5\nann,x 7,1\n",
        "userId;movieId;rating;time\r\nann;m1;5;9\r\nbob;m1;3.5;9\r\nann;x 7;1;9\r\n",
        "\xef\xbb\xbf\"ann\",\"m1\",\"5\"\n\n\"bob\",m1,3.5\nann,\"x 7\",1"}) {
    const Read r = read(content);
    EXPECT_EQ(r.users.names(), (std::vector<std::string>{"ann", "bob"})) << content;
    EXPECT_EQ(r.items.names(), (std::vector<std::string>{"m1", "x 7"}));
    EXPECT_EQ(r.ratings.user, (std::vector<std::uint32_t>{0, 1, 0}));
    EXPECT_EQ(r.ratings.item, (std::vector<std::uint32_t>{0, 0, 1}));
    EXPECT_EQ(r.ratings.value, (std::vector<double>{5, 3.5, 1}));
  }
}

TEST_F(RatingsFile, IdsAreTexts) { EXPECT_EQ(read("1\t1\t5\n01\t1\t3\n1.0\t2\t1\n").users.size(), 3u); }

TEST_F(RatingsFile, ColumnsAreChosenByNameNumberOrOrder) {
  const char* with_header = "time,score,film,who\n9,5,m1,ann\n8,3,m2,bob\n";
  const Read r = read(with_header, with("who,film,score"));
  EXPECT_EQ(r.users.names(), (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(r.ratings.value, (std::vector<double>{5, 3}));
  const char* headless = "9,5,m1,ann\n8,3,m2,bob\n";
  EXPECT_EQ(read(headless, with("c4,c3,c2")).ratings.value, (std::vector<double>{5, 3}));
  const Read named = read("ann\tm1\t5\t99\nbob\tm2\t3\t98\n", with("user,item,rating"));
  EXPECT_EQ(named.ratings.value, (std::vector<double>{5, 3}));
  EXPECT_EQ(named.ratings.used, (RatingColumns{"user", "item", "rating"}));
  EXPECT_EQ(read("rating,user,item\n5,a,b\n4,a,c\n").ratings.value, (std::vector<double>{5, 4}));
}

TEST_F(RatingsFile, WrongCellsAreNamedWithTheirPlace) {
  EXPECT_TRUE(contains(message("a\tx\t5\nb\ty\t\nc\tz\t1\n"), ":2:5: the rating is missing"));
  EXPECT_TRUE(contains(message("a\tx\t5\nb\ty\tNA\n"), ":2:5: the rating is missing"));
  EXPECT_TRUE(contains(message("a\tx\t5\nb\ty\tgood\nc\tz\t1\n"), ":2:5: the rating 'good' is not a number"));
  EXPECT_TRUE(contains(message("a\tx\t5\nb\ty\tnan\nc\tz\t1\n"), ":2:5: the rating 'nan' is not a finite number"));
  EXPECT_TRUE(contains(message("a\tx\t5\nb\ty\t-inf\n"), ":2:5: the rating '-inf' is not a finite number"));
  EXPECT_TRUE(contains(message("a\tx\t5\nb\ty\t1e400\n"), ":2:5: the rating '1e400' is not a"));
  EXPECT_TRUE(contains(message("a\tx\t5\n\ty\t3\n"), ":2:1: an empty cell where the id of the user is needed"));
  EXPECT_TRUE(contains(message("a\tx\t5\nb\t\t3\n"), ":2:3: an empty cell where the id of the item is needed"));
  EXPECT_TRUE(contains(message("a\tx\t5\nb\ty\n"), ":2: this row has 2 cells where line 1 has 3"));
  EXPECT_TRUE(contains(message("a\tx\t5\nb\ty\t3\t4\n"), ":2: this row has 4 cells where line 1 has 3"));
}

TEST_F(RatingsFile, WhatIsNoTableOfRatingsIsSaid) {
  EXPECT_TRUE(contains(message(""), ": is empty; expected rows of user, item and rating"));
  EXPECT_TRUE(contains(message("\n\n"), ": is empty"));
  EXPECT_TRUE(contains(message("user,item,rating\n"), ": has a header and no rows"));
  EXPECT_TRUE(contains(message("5\n3\n4\n"), ":1: has one column where 3 are needed"));
  EXPECT_TRUE(contains(message("a,5\nb,3\n"), ":1: has two columns where 3 are needed"));
  EXPECT_TRUE(contains(message("user,item,rating\na,b,5\n", with("usr,item,rating")), "did you mean 'user'"));
  EXPECT_TRUE(contains(message("a,b,5\nb,c,3\n", with("c1,c2,c4")), "there is no column c4"));
  EXPECT_TRUE(contains(message("user,item,rating\na,b,5\n", with("user,user,rating")), "cannot be both user and item"));
  EXPECT_TRUE(contains(message(std::string("a\0b,5", 5)), "is a binary file"));
}

TEST_F(RatingsFile, DuplicatesFollowTheNamedRule) {
  const std::string content = "a,x,5\nb,x,3\na,y,1\na,x,2\na,x,5\n";
  EXPECT_TRUE(contains(message(content), ":4:1: user 'a' has rated item 'x' before, in line 1"));
  EXPECT_TRUE(contains(message(content), "duplicates=first, last or mean"));
  for (const auto& [rule, expected] : {std::pair{"first", 5.0}, {"last", 5.0}, {"mean", 4.0}}) {
    const Read r = read(content, {.duplicates = parse_duplicates(rule)});
    EXPECT_EQ(r.ratings.value, (std::vector<double>{expected, 3, 1})) << rule;
    EXPECT_EQ(r.ratings.repeated, 2u);
    EXPECT_EQ(r.ratings.lines, 5u);
  }
  EXPECT_EQ(read("a,x,5\na,x,2\n", {.duplicates = Duplicates::last}).ratings.value, (std::vector<double>{2}));
  EXPECT_TRUE(contains(message_of<Error>([] { parse_duplicates("sum"); }), "error, first, last and mean"));
}

TEST_F(RatingsFile, UnknownIdsAreMarkedWhenNoneAreLearnt) {
  Ids users(std::vector<std::string>{"a"}), items(std::vector<std::string>{"x"});
  const Ratings r =
      read_ratings(put(folder_ / "p", "a,x\na,new\nnew,x\n"), users, items, {.with_rating = false, .learn_ids = false});
  EXPECT_EQ(r.user, (std::vector<std::uint32_t>{0, 0, unknown_id}));
  EXPECT_EQ(r.item, (std::vector<std::uint32_t>{0, unknown_id, 0}));
  EXPECT_TRUE(r.value.empty());
  EXPECT_EQ(users.size(), 1u);
}

TEST_F(RatingsFile, ListsOfIds) {
  const auto list = [&](const std::string& content) { return read_id_list(put(folder_ / "l", content), "user"); };
  EXPECT_EQ(list("7\n8\n"), (std::vector<std::string>{"7", "8"}));
  EXPECT_EQ(list("user\nann\nbob\n"), (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(list("age,user\n5,ann\n6,bob\n"), (std::vector<std::string>{"ann", "bob"}));
  EXPECT_TRUE(contains(message_of<Error>([&] { list(""); }), "is empty"));
}

TEST(RatingColumns, AreReadFromText) {
  EXPECT_EQ(parse_rating_columns("u, i ,r"), (RatingColumns{"u", "i", "r"}));
  EXPECT_EQ(parse_rating_columns("u,i", true), (RatingColumns{"u", "i", ""}));
  EXPECT_TRUE(contains(message_of<Error>([] { parse_rating_columns("u,i"); }), "three names"));
  EXPECT_TRUE(contains(message_of<Error>([] { parse_rating_columns("u,,r"); }), "three names"));
}

}  // namespace
}  // namespace talweg::data
