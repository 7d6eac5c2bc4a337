#include "talweg/api/lesson/lesson.hpp"

#include <gtest/gtest.h>

#include <set>

#include "talweg/api/command_of.hpp"
#include "talweg/api/lesson/line.hpp"
#include "talweg/api/registry.hpp"
#include "talweg/base/error.hpp"

namespace talweg::api::lesson {
namespace {

TEST(Lessons, EachHasPagesWithWordsAndExhibits) {
  for (const Lesson& lesson : lessons()) {
    std::set<std::string> titles;
    std::size_t exhibits = 0;
    for (const Page& page : lesson.pages()) {
      EXPECT_TRUE(titles.insert(page.title).second) << page.title << " stands twice in " << lesson.name;
      EXPECT_FALSE(page.words.empty()) << page.title;
      exhibits += page.exhibits.size();
    }
    EXPECT_GE(exhibits, 3u) << lesson.name;
  }
}

TEST(Lessons, AreFoundByTheirNames) {
  for (const Lesson& lesson : lessons()) EXPECT_EQ(&find(lesson.name), &lesson);
  EXPECT_THROW(find("Neuron"), Error);
  EXPECT_THROW(find(""), Error);
}

TEST(Lessons, EveryMethodOfTheRegistryTakesPartInTheLine) {
  std::set<std::string_view> known;
  for (const Contender& c : contenders()) known.insert(c.card.name);
  for (const Topic& topic : topics()) {
    if (topic.name != "optimizers") continue;
    for (const ItemInfo& item : topic.items()) {
      EXPECT_EQ(known.contains(item.card.name), !takes_residuals(item)) << item.card.name;
    }
  }
}

TEST(Lessons, RowsInMemoryAreThoseOfTheFile) {
  const File file{"it's.csv", "x,y\n1,2\n"};
  EXPECT_EQ(file.command(), "printf 'x,y\\n1,2\\n' > 'it'\\''s.csv'");
  EXPECT_EQ(file.input().name(), "it's.csv");
  EXPECT_EQ(file.input().table()->lines, std::vector<std::uint32_t>{2});
}

}  // namespace
}  // namespace talweg::api::lesson

namespace talweg::api {
namespace {

std::string line_of(const shell::Pieces& pieces) { return shell::line(pieces); }

TEST(CommandOf, WritesWhatDiffersFromTheDefaults) {
  MinimizeRequest minimize;
  minimize.formula = "-x^2";
  minimize.start = parse_start("x=-1");
  minimize.options.maximize = true;
  minimize.trace = true;
  EXPECT_EQ(line_of(command_of(minimize)), "talweg minimize '-x^2' --start x=-1 --maximize --trace");

  ExplainRequest explain;
  explain.what = {"x^2"};
  explain.problem.start = parse_start("x=1");
  explain.step = 3;
  EXPECT_EQ(line_of(command_of(explain)), "talweg explain 'x^2' --start x=1 --step 3");

  CompareRequest compare;
  compare.subject.what = "x^2";
  compare.subject.start = "x=1";
  compare.optimizers = {"gd", "adam"};
  compare.target_value = 0.5;
  EXPECT_EQ(line_of(command_of(compare)), "talweg compare 'x^2' --start x=1 --optimizers gd adam --target-value 0.5");

  TrainRequest train;
  train.file = lesson::File{"rows.csv", "x,y\n1,2\n"}.input();
  train.target = "y";
  train.standardize = false;
  EXPECT_EQ(line_of(command_of(train)), "talweg train rows.csv --target y --no-standardize");
  EXPECT_EQ(line_of(command_of(AdviseRequest{.subject = {.problem = "beale"}, .prove = true})),
            "talweg advise --problem beale --prove");
  EXPECT_EQ(line_of(command_of(ListRequest{"adam", true})), "talweg list adam --table");
}

}  // namespace
}  // namespace talweg::api
