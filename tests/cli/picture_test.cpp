// Pictures and report pages as a user asks for them.
#include <gtest/gtest.h>

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/svg.hpp"

namespace talweg::test {
namespace {

using ::talweg::testing::contains;
using ::talweg::testing::elements_with;
using ::talweg::testing::numbers;
using ::talweg::testing::panels;

const std::string digits = std::string(TALWEG_SOURCE_DIR) + "/data/digits.csv";

Ran minimize(const std::string& formula, const std::string& start, std::vector<std::string> more) {
  std::vector<std::string> given{"minimize", formula, "--start", start};
  given.insert(given.end(), more.begin(), more.end());
  return run_command(given);
}

TEST(Plot, OfTwoVariablesIsTheTraceOnContoursWithTheVelocity) {
  const std::string place = scratch() / "path.svg";
  const Ran ran = minimize("100*(y-x^2)^2+(1-x)^2", "x=-1.2,y=1",
                           {"--optimizer", "momentum,learning_rate=0.002", "--iterations", "40", "--tolerance", "0",
                            "--trace", "--format", "json", "--plot", place});
  EXPECT_EQ(ran.status, 0) << ran.err;
  const auto trace = nlohmann::json::parse(ran.out).at("trace");
  const auto parts = panels(slurp(place));
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_TRUE(contains(parts[0], "t-level"));
  EXPECT_TRUE(contains(parts[0], "best point")) << "nothing was tested";
  EXPECT_FALSE(contains(parts[0], ">minimum<"));
  const auto points = elements_with(parts[0], "data-index"), values = elements_with(parts[1], "data-index");
  ASSERT_EQ(points.size(), trace.size());
  ASSERT_EQ(values.size(), trace.size());
  for (std::size_t k = 0; k < trace.size(); ++k) {
    EXPECT_EQ(numbers(points[k].at("data-x")).at(0), trace[k].at("x").at(0).get<double>());
    EXPECT_EQ(numbers(points[k].at("data-y")).at(0), trace[k].at("x").at(1).get<double>());
    EXPECT_EQ(numbers(values[k].at("data-y")).at(0), trace[k].at("value").get<double>());
  }
}

TEST(Plot, OfManyVariablesSaysWhichPlaneItShows) {
  const std::string place = scratch() / "many.svg";
  const Ran ran = minimize("a^2+10*b^2+c^2+(d-1)^2", "a=1,b=5,c=9,d=1", {"--plot", place});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(slurp(place), "plane of b and c"));
}

TEST(Plot, ShadesWhatConstraintsForbid) {
  const std::string place = scratch() / "constraint.svg";
  const Ran ran = minimize("(x-2)^2+(y-1)^2", "x=2,y=2", {"--subject-to", "x+y<=2", "--plot", place});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(slurp(place), "not allowed by a constraint"));
}

TEST(Plot, OnAPipeIsPlainTextBelowTheTable) {
  const Ran ran = minimize("x^2", "x=10", {"--optimizer", "gd,learning_rate=0.1", "--plot", "-"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos) << "no colours where no terminal is";
  EXPECT_LT(ran.out.find("status"), ran.out.find("The path on f"));
  EXPECT_TRUE(contains(ran.out, "f at each step"));
}

TEST(Plot, DoesNotShareStandardOutputWithADocument) {
  for (const char* format : {"json", "csv", "markdown", "latex"}) {
    const Ran ran = minimize("x^2", "x=1", {"--plot", "-", "--format", format});
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(contains(ran.err, "both write to standard output"));
  }
  const std::string document = scratch() / "document.json";
  const Ran apart = minimize("x^2", "x=1", {"--plot", "-", "--format", "json", "--output", document});
  EXPECT_EQ(apart.status, 0) << apart.err;
  EXPECT_TRUE(contains(apart.out, "f at each step"));
  EXPECT_TRUE(nlohmann::json::accept(slurp(document)));
}

TEST(Plot, RefusesWhatItCannotWriteBeforeAnythingRuns) {
  for (const char* place : {"picture.pdf", "picture", ".svg", "/no/such/folder/a.svg"}) {
    const Ran ran = minimize("x^2", "x=1", {"--plot", place});
    EXPECT_EQ(ran.status, 2) << place;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

/// PATH for the time of a test.
class WithPath {
 public:
  explicit WithPath(const std::string& path) : before_(std::getenv("PATH")) { setenv("PATH", path.c_str(), 1); }
  ~WithPath() { setenv("PATH", before_.c_str(), 1); }
  WithPath(const WithPath&) = delete;
  WithPath& operator=(const WithPath&) = delete;

 private:
  std::string before_;
};

/// A program that writes its last argument but one, or what is after --output=, and notes how it was called.
void install_converter(const std::filesystem::path& folder, const std::string& body) {
  const auto place = folder / "rsvg-convert";
  std::ofstream(place) << "#!/bin/sh\n" << body;
  std::filesystem::permissions(place, std::filesystem::perms::owner_all);
}

TEST(Plot, APngIsMadeByAConverterWithoutAShell) {
  const ::talweg::testing::Folder programs;
  install_converter(programs.path(),
                    "for a in \"$@\"; do case $a in --output=*) echo PNG > \"${a#--output=}\";; esac; done\n");
  const WithPath path(programs.path());
  const std::string place = scratch() / "a $(touch injected) ; `touch injected`.png";
  const Ran ran = minimize("x^2", "x=1", {"--plot", place});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(slurp(place), "PNG\n");
  EXPECT_FALSE(std::filesystem::exists("injected"));
}

TEST(Plot, WithoutAConverterAPngIsRefusedInOneLine) {
  const ::talweg::testing::Folder nothing;
  const WithPath path(nothing.path());
  const std::string place = scratch() / "none.png";
  const Ran ran = minimize("x^2", "x=1", {"--plot", place});
  EXPECT_EQ(ran.status, 2);
  EXPECT_TRUE(contains(ran.err, "librsvg2-bin"));
  EXPECT_FALSE(std::filesystem::exists(place));
}

TEST(Plot, AConverterThatFailsLeavesNoFile) {
  const ::talweg::testing::Folder programs;
  install_converter(programs.path(), "exit 3\n");
  const WithPath path(programs.path());
  const std::string place = scratch() / "broken.png";
  const Ran ran = minimize("x^2", "x=1", {"--plot", place});
  EXPECT_EQ(ran.status, 2);
  EXPECT_TRUE(contains(ran.err, "could not make a PNG"));
  EXPECT_FALSE(std::filesystem::exists(place));
}

TEST(Plot, SurvivesRunsThatEndBadly) {
  const std::string place = scratch() / "bad.svg", page = scratch() / "bad.html";
  for (const auto& [formula, start, optimizer] :
       {std::array{"x^4+y^4", "x=3,y=2", "gd,learning_rate=5"}, std::array{"log(x)", "x=1", "gd,learning_rate=3"},
        std::array{"x*0+3", "x=1", "adam"}, std::array{"exp(x)", "x=500", "gd,learning_rate=1"}}) {
    std::filesystem::remove(place);
    const Ran ran = minimize(formula, start, {"--optimizer", optimizer, "--plot", place, "--report", page});
    EXPECT_LE(ran.status, 1) << ran.err;
    const std::string svg = slurp(place);
    EXPECT_TRUE(contains(svg, "</svg>"));
    for (const char* attribute : {"cx", "cy", "d", "x", "y"})
      for (const auto& e : elements_with(svg, attribute)) {
        EXPECT_EQ(e.at(attribute).find("nan"), std::string::npos);
        EXPECT_EQ(e.at(attribute).find("inf"), std::string::npos);
      }
    EXPECT_TRUE(contains(slurp(page), "</html>"));
  }
}

TEST(Report, OfMinimizeTellsEverythingAndTheDocumentStaysPure) {
  const std::string page = scratch() / "run.html";
  const Ran ran =
      minimize("x^2+y^2", "x=3,y=-4",
               {"--optimizer", "adam,learning_rate=0.5", "--iterations", "30", "--format", "json", "--report", page});
  const auto document = nlohmann::json::parse(ran.out);
  EXPECT_FALSE(document.contains("trace")) << "only --trace asks for it";
  const std::string html = slurp(page);
  for (const char* part :
       {"x^2+y^2", "adam:paper", "Settings", "Result", "Trace", "Run it again", "talweg minimize &#39;x^2+y^2&#39;"})
    EXPECT_TRUE(contains(html, part));
  EXPECT_EQ(html.find("http://") == std::string::npos || html.find("http://www.w3.org/2000/svg") != std::string::npos,
            true);
  minimize("x^2+y^2", "x=3,y=-4",
           {"--optimizer", "adam,learning_rate=0.5", "--iterations", "30", "--format", "json", "--report", page});
  EXPECT_EQ(slurp(page), html) << "same run, same bytes";
}

TEST(Report, OfManyVariablesStaysSmall) {
  std::string formula, start;
  for (int k = 1; k <= 200; ++k) {
    formula += (k > 1 ? "+" : "") + std::to_string(k) + "*(x" + std::to_string(k) + "-1)^2";
    start += (k > 1 ? "," : "") + std::string("x") + std::to_string(k) + "=0";
  }
  const std::string page = scratch() / "many.html";
  const Ran ran = minimize(formula, start, {"--optimizer", "adam", "--iterations", "700", "--report", page});
  EXPECT_EQ(ran.status, 1) << ran.err;
  EXPECT_TRUE(contains(slurp(page), "the first 6 of 200 variables"));
  EXPECT_LT(slurp(page).size(), 3'000'000u);
}

TEST(Report, OfTrainingShowsPicturesConfusionAndWeights) {
  const std::string page = scratch() / "train.html", place = scratch() / "train.svg";
  const Ran ran = run_command({"train", digits, "--target", "digit", "--model", "mlp:8", "--validation", "0.2",
                               "--epochs", "3", "--format", "json", "--report", page, "--plot", place});
  EXPECT_EQ(ran.status, 0) << ran.err;
  const auto document = nlohmann::json::parse(ran.out);
  const std::string html = slurp(page);
  for (const char* part :
       {"Confusion matrix", "Worst examples", "data:image/png;base64,", "dense1.weight", "Network", "with a header"})
    EXPECT_TRUE(contains(html, part));
  std::int64_t counted = 0;
  for (const auto& bar : elements_with(html, "data-count"))
    counted += static_cast<std::int64_t>(numbers(bar.at("data-count")).at(0));
  EXPECT_EQ(counted, 2 * document.at("parameters").get<std::int64_t>()) << "every weight and every gradient";
  EXPECT_TRUE(contains(slurp(place), "data-weight"));
}

TEST(Report, OfEveryKindOfTrainingIsWritten) {
  const std::string page = scratch() / "kind.html", sparse = scratch() / "rows.libsvm";
  const std::string iris = std::string(TALWEG_SOURCE_DIR) + "/data/iris.csv";
  std::string rows;
  for (int k = 0; k < 40; ++k) rows += (k % 2 ? "1 1:" : "-1 2:") + std::to_string(1 + k % 5) + " 7:1\n";
  ::talweg::testing::put(sparse, rows);
  for (const auto& given :
       {std::vector<std::string>{"train", iris, "--target", "petal_length", "--model", "linear", "--epochs", "3"},
        {"train", iris, "--target", "species", "--model", "softmax", "--optimizer", "lbfgs"},
        {"train", sparse, "--model", "logistic", "--optimizer", "lbfgs"},
        {"train", sparse, "--model", "logistic", "--optimizer", "ftrl", "--epochs", "2"}}) {
    auto arguments = given;
    arguments.insert(arguments.end(), {"--report", page});
    std::filesystem::remove(page);
    const Ran ran = run_command(arguments);
    EXPECT_LE(ran.status, 1) << ran.err;
    EXPECT_TRUE(contains(slurp(page), "Weights"));
  }
}

TEST(Report, OfARaceAndOfTheCollectionIsWritten) {
  const std::string page = scratch() / "race.html";
  Ran ran = run_command({"compare", "x^2+4*y^2", "--start", "x=3,y=1", "--optimizers", "gd,learning_rate=0.1",
                         "adam,learning_rate=0.1", "--evaluations", "50", "--seeds", "6", "--report", page});
  EXPECT_EQ(ran.status, 0) << ran.err;
  for (const char* part : {"Ranking", "Each against each", "paths from the first start", "talweg compare"})
    EXPECT_TRUE(contains(slurp(page), part));
  ran = run_command({"suite", "--problem", "rosenbrock", "beale", "--method", "lbfgs", "cg", "--report", page});
  EXPECT_EQ(ran.status, 0) << ran.err;
  for (const char* part : {"Profile of mgh", "share solved", "4 of 4 runs end at a known minimum", "talweg suite"})
    EXPECT_TRUE(contains(slurp(page), part));
}

/// The picture of the README is what the command below it draws.
TEST(Plot, OfTheReadmeIsCurrent) {
  const std::string place = scratch() / "paths.svg", title = "Gradient descent, momentum and Adam in a long valley";
  std::vector<std::string> given{"compare",
                                 "0.1*x^2+2*y^2",
                                 "--start",
                                 "x=-5,y=-2",
                                 "--optimizers",
                                 "gd,learning_rate=0.45",
                                 "momentum,learning_rate=0.1",
                                 "adam,learning_rate=0.4",
                                 "--evaluations",
                                 "60",
                                 "--plot",
                                 "docs/images/paths.svg",
                                 "--title",
                                 title};
  std::string typed = "talweg";
  for (const auto& word : given)
    typed += word.find_first_of(" *") == std::string::npos ? " " + word : " \"" + word + "\"";
  EXPECT_TRUE(contains(slurp(std::filesystem::path(TALWEG_SOURCE_DIR) / "README.md"), typed + "\n")) << typed;
  std::ranges::replace(given, std::string("docs/images/paths.svg"), place);
  const Ran ran = run_command(given);
  EXPECT_EQ(ran.status, 0) << ran.err;
  const std::filesystem::path file = std::filesystem::path(TALWEG_SOURCE_DIR) / "docs/images/paths.svg";
  if (std::getenv("TALWEG_UPDATE_PAGES"))
    std::filesystem::copy_file(place, file, std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(slurp(file) == slurp(place)) << file << " is not current: run with TALWEG_UPDATE_PAGES=1";
}

}  // namespace
}  // namespace talweg::test
