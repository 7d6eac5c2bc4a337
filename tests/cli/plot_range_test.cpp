// What a reader asks of pictures: --plot-range and --title.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/svg.hpp"

namespace talweg::test {
namespace {

using ::talweg::testing::contains;
using ::talweg::testing::elements_with;
using ::talweg::testing::numbers;
using ::talweg::testing::panels;

const std::string data = std::string(TALWEG_SOURCE_DIR) + "/data/";

std::string drawn(std::vector<std::string> given) {
  const std::string place = scratch() / "ranges.svg";
  std::filesystem::remove(place);
  given.insert(given.end(), {"--plot", place});
  const Ran ran = run_command(given);
  EXPECT_EQ(ran.status, 0) << ran.err;
  return slurp(place);
}

/// The ranges of a panel as they are drawn.
std::vector<std::string> ranges(const std::string& panel) {
  const auto frame = elements_with(panel, "data-frame").at(0);
  return {frame.at("data-x-range"), frame.at("data-y-range")};
}

void expect_refused(const std::vector<std::string>& given, const std::string& words) {
  const Ran ran = run_command(given);
  EXPECT_EQ(ran.status, 2) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  EXPECT_TRUE(contains(ran.err, words)) << ran.err;
}

const std::vector<std::string> parabola{
    "minimize",    "x^2", "--start",      "x=10", "--optimizer", "gd,learning_rate=0.1",
    "--tolerance", "0",   "--iterations", "25"};
const std::vector<std::string> valley{"minimize",    "100*(y-x^2)^2+(1-x)^2", "--start", "x=-1.2,y=1",   "--optimizer",
                                      "adam,lr=0.2", "--tolerance",           "0",       "--iterations", "50"};

std::vector<std::string> with(std::vector<std::string> given, const std::vector<std::string>& more) {
  given.insert(given.end(), more.begin(), more.end());
  return given;
}

TEST(PlotRange, OfOneVariableIsWhatTheCurveIsComputedOver) {
  const auto parts = panels(drawn(with(parabola, {"--plot-range", "x=-2:3,value=-1:12"})));
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(ranges(parts[0]), (std::vector<std::string>{"-2 3", "-1 12"}));
  EXPECT_EQ(ranges(parts[1])[1], "-1 12") << "f at each step is the same axis";
  // x = 10·0.8^k: the first six points are larger than 3.
  EXPECT_TRUE(contains(parts[0], "data-index=\"6\""));
  EXPECT_FALSE(contains(parts[0], "data-index=\"5\""));
  EXPECT_TRUE(contains(drawn(with(parabola, {"--plot-range", "x=-2:3"})), "6 of 26 points lie outside"));
}

TEST(PlotRange, OfTwoVariablesIsWhatContoursAreComputedOver) {
  const std::string svg = drawn(with(valley, {"--plot-range", "x=0.5:1.5,y=0:2", "--title", "Zoom <1>"}));
  EXPECT_EQ(ranges(panels(svg)[0]), (std::vector<std::string>{"0.5 1.5", "0 2"}));
  EXPECT_TRUE(contains(panels(svg)[0], "t-level"));
  EXPECT_TRUE(contains(svg, "points lie outside"));
  EXPECT_TRUE(contains(svg, "<title>Zoom &lt;1&gt;</title>"));
}

TEST(PlotRange, ChoosesThePlaneOfManyVariables) {
  const std::vector<std::string> four{"minimize", "a^2+10*b^2+c^2+(d-1)^2", "--start", "a=1,b=5,c=9,d=1"};
  EXPECT_TRUE(contains(drawn(with(four, {"--plot-range", "a=-1:2,d=0:2"})), "plane of a and d"));
  EXPECT_TRUE(contains(drawn(with(four, {"--plot-range", "a=-1:2"})), "plane of a and c")) << "c moved furthest";
  expect_refused(with(four, {"--plot", "-", "--plot-range", "a=-1:2,b=0:1,d=0:2"}), "names 3 of the 4 variables");
}

TEST(PlotRange, OfRowsNamesTheirColumnsAndOfFitsTheirs) {
  const std::vector<std::string> line{"minimize", "mean((a+b*x-y)^2)/2", "--data", data + "line.csv", "--start",
                                      "a=1,b=1"};
  const auto parts = panels(drawn(with(line, {"--plot-range", "x=-5:20,a=-1:1"})));
  EXPECT_EQ(ranges(parts.at(0))[0], "-5 20");
  const auto curve = elements_with(parts.at(0), "data-series").at(1);
  EXPECT_EQ(numbers(curve.at("data-x")).front(), -5);
  EXPECT_EQ(numbers(curve.at("data-x")).back(), 20);
  EXPECT_EQ(ranges(parts.at(1))[0], "-1 1");
  expect_refused(with(line, {"--plot", "-", "--plot-range", "z=0:1"}), "there are x, y, a, b, step and value");
  const std::vector<std::string> fit{"fit", data + "line.csv", "y ~ a+b*x", "--start", "a=1,b=1.5"};
  const auto fitted = panels(drawn(with(fit, {"--plot-range", "x=0:9,residual=-1:1", "--title", "A line"})));
  EXPECT_EQ(ranges(fitted.at(0))[0], "0 9");
  EXPECT_EQ(ranges(fitted.at(1)), (std::vector<std::string>{"0 9", "-1 1"}));
  expect_refused(with(fit, {"--plot", "-", "--plot-range", "z=0:1"}), "there are x, y and residual");
}

TEST(PlotRange, OfRacesAndOfTraining) {
  const std::vector<std::string> race{"compare",   "x^2+4*y^2",   "--start",       "x=3,y=1", "--optimizers",
                                      "gd,lr=0.1", "adam,lr=0.1", "--evaluations", "50",      "--seeds",
                                      "2"};
  const auto parts = panels(drawn(with(race, {"--plot-range", "evaluations=1:20,value=-1:5,x=-4:4", "--title", "T"})));
  EXPECT_EQ(ranges(parts.at(0)), (std::vector<std::string>{"1 20", "-1 5"}));
  EXPECT_EQ(ranges(parts.at(1))[0], "-4 4");
  expect_refused(with(race, {"--plot", "-", "--plot-range", "z=0:1"}), "there are x, y, evaluations and value");
  const std::vector<std::string> train{"train",   data + "iris.csv", "--target", "species",
                                       "--model", "mlp:4",           "--epochs", "8"};
  const std::string page = scratch() / "training.html";
  const std::string svg =
      drawn(with(train, {"--plot-range", "epoch=1:5,loss=0:2,step=1:9", "--title", "Irises", "--report", page}));
  EXPECT_EQ(ranges(panels(svg).at(0)), (std::vector<std::string>{"1 5", "0 2"}));
  EXPECT_TRUE(contains(svg, "3 of 8 points lie outside") || contains(svg, "points lie outside"));
  for (const std::string words : {R"("low":1,"high":5)", R"("low":1,"high":9)", "<h1>Irises</h1>"})
    EXPECT_TRUE(contains(slurp(page), words)) << words;
  expect_refused(with(train, {"--plot", "-", "--plot-range", "epochs=0:1"}), "did you mean 'epoch'");
  expect_refused(with(train, {"--plot", "-", "--plot-range", "step=0:1"}), "no axis of the picture is called so");
  const Ran late = run_command(with(train, {"--plot", "-", "--plot-range", "rmse=0:1"}));
  EXPECT_EQ(late.status, 0) << "a run is not lost for its picture";
  EXPECT_TRUE(contains(late.err, "--plot-range 'rmse' has no effect"));
}

TEST(PlotRange, IsThatOfTerminalPicturesAndPagesToo) {
  const Ran ran = run_command(with(parabola, {"--plot", "-", "--plot-range", "x=-2:3", "--title", "Down\tthe <hill>"}));
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "6 of 26 points lie outside"));
  EXPECT_TRUE(contains(ran.out, "<hill>"));
  const std::string page = scratch() / "zoom.html";
  EXPECT_EQ(run_command(with(valley, {"--plot-range", "x=0:2,step=0:9", "--title", "<b>", "--report", page})).status,
            0);
  const std::string html = slurp(page);
  EXPECT_TRUE(contains(html, "<h1>&lt;b&gt;</h1>"));
  EXPECT_TRUE(contains(html, "data-x-range=\"0 2\""));
  EXPECT_TRUE(contains(html, R"("low":0,"high":9)"));
  EXPECT_TRUE(contains(html, "41 of 51 points lie outside of what is shown first"));
}

TEST(PlotRange, IsRefusedInOneLine) {
  for (const auto& [range, words] : {std::array{"x=3:3", "smaller number to a larger"},
                                     {"x=3:-3", "smaller number to a larger"},
                                     {"x=-inf:3", "finite"},
                                     {"x=nan:3", "nan"},
                                     {"x=-1e308:1e308", "wider than numbers go"},
                                     {"x=1", "is not a range"},
                                     {"x", "has no '='"},
                                     {"x=1:2:3", "is not a range"},
                                     {"x=a:b", "is not a number"},
                                     {"x=0:1,x=0:2", "given twice"},
                                     {"", "is empty"},
                                     {"z=0:1", "there are x, value, step and rate"},
                                     {"X=0:1", "no axis of the picture is called so"},
                                     {"f=0:1", "no axis"}})
    expect_refused(with(parabola, {"--plot", "-", "--plot-range", range}), words);
  expect_refused(with(parabola, {"--plot", "-", "--plot-range", "rate=0:1"}), "no axis of the picture is called so");
}

TEST(PlotRange, LeavesTheFirstWordToWhatIsMissing) {
  expect_refused({"minimize", "x^2", "--plot", "-", "--plot-range", "x=0:1"}, "start");
}

TEST(PlotRange, WithoutAPictureHasNoEffectAndIsRefused) {
  const std::vector<std::vector<std::string>> commands{parabola,
                                                       {"fit", data + "line.csv", "y ~ a+b*x", "--start", "a=1,b=1"},
                                                       {"compare", "x^2", "--start", "x=1"},
                                                       {"train", data + "iris.csv", "--target", "species"}};
  for (const auto& command : commands) {
    expect_refused(with(command, {"--title", "T"}), "--title has no effect: nothing is drawn, add --plot");
    expect_refused(with(command, {"--plot-range", "value=0:1"}), "--plot-range has no effect");
  }
  expect_refused({"explain", "x^2", "--start", "x=1", "--title", "T"}, "--format svg");
  const Ran graph =
      run_command({"explain", "x^2", "--start", "x=1", "--format", "svg", "--title", std::string(5000, 'w') + "<"});
  EXPECT_EQ(graph.status, 0) << graph.err;
  EXPECT_TRUE(contains(graph.out, "w&lt;</title>"));
  EXPECT_TRUE(contains(graph.out, "w…</text>"));
}

TEST(PlotRange, OfAVariableCalledValueIsItsOwn) {
  const auto parts = panels(drawn({"minimize", "(value-1)^2", "--start", "value=4", "--plot-range", "value=0:2"}));
  EXPECT_EQ(ranges(parts.at(0))[0], "0 2");
  EXPECT_NE(ranges(parts.at(0))[1], "0 2");
  EXPECT_NE(ranges(parts.at(1))[1], "0 2");
}

TEST(PlotRange, AndTitleStandInRunFiles) {
  const std::string file = scratch() / "zoom.json", place = scratch() / "again.svg";
  EXPECT_EQ(
      run_command(with(parabola, {"--plot", place, "--plot-range", "x=-2:3", "--title", "T", "--write-run", file}))
          .status,
      0);
  const auto run = nlohmann::json::parse(slurp(file));
  EXPECT_EQ(run.at("plot_range"), "x=-2:3");
  EXPECT_EQ(run.at("title"), "T");
  const std::string before = slurp(place);
  std::filesystem::remove(place);
  EXPECT_EQ(run_command({"run", file}).status, 0);
  EXPECT_EQ(slurp(place), before);
}

}  // namespace
}  // namespace talweg::test
