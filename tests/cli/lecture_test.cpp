// docs/lecture.md and its pictures are what the five commands in it print and draw. With TALWEG_UPDATE_PAGES=1 this
// test writes them; without, it checks them.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/svg.hpp"

namespace talweg::test {
namespace {

using ::talweg::testing::elements_with;
using ::talweg::testing::numbers;
using ::talweg::testing::panels;

const std::filesystem::path root = TALWEG_SOURCE_DIR;

struct LectureRun {
  const char *name, *title, *optimizer, *golden, *words;
};
constexpr std::array runs{
    LectureRun{"gradient-descent", "Gradient descent", "gd,learning_rate=0.1", "gradient_descent",
               "x ← x − η·2x = 0.8·x: each step shortens the distance by the same factor, so f falls along a straight "
               "line over the logarithmic axis."},
    LectureRun{"momentum", "Momentum", "momentum:classical,learning_rate=0.1,momentum=0.9", "momentum",
               "The velocity adds up, carries the point through the minimum and up the other side, and swings back. "
               "(The lecture adds its velocity; here x −= v, so the column has the other sign.)"},
    LectureRun{"adagrad", "AdaGrad", "adagrad,learning_rate=1,epsilon=1e-8", "adagrad",
               "The sum of all squared gradients divides the rate, which can only fall: the steps get shorter long "
               "before the minimum is near."},
    LectureRun{"rmsprop", "RMSProp", "rmsprop:outside,learning_rate=1,decay=0.9", "rmsprop",
               "A moving average in place of the sum: as the gradient shrinks the rate grows again, and f falls "
               "steeply."},
    LectureRun{"adam", "Adam", "adam,learning_rate=0.5", "adam",
               "The first steps have almost the length η = 0.5 whatever the gradient is; near the minimum the first "
               "moment still carries on, and the point swings through."}};

std::vector<std::string> arguments(const LectureRun& run) {
  return {"minimize", "x^2", "--start", "x=10", "--optimizer", run.optimizer, "--iterations", "25", "--tolerance", "0"};
}

std::string picture_name(const LectureRun& run) { return std::string("lecture-") + run.name + ".svg"; }

struct Made {
  std::string table, svg;
};
Made make(const LectureRun& run) {
  const std::string place = scratch() / picture_name(run);
  auto given = arguments(run);
  given.insert(given.end(), {"--trace", "--plot", place});
  const Ran ran = run_command(given);
  EXPECT_EQ(ran.status, 0) << ran.err;
  return {ran.out, slurp(place)};
}

std::string page(const std::vector<Made>& made) {
  std::ostringstream out;
  out << "<!-- Written by tests/cli/lecture_test.cpp, which runs these commands. -->\n"
         "# Five methods on x², as a lecture shows them\n\n"
         "f(x) = x² from x = 10, 25 steps each. One command prints the table and draws the picture: `--trace` shows "
         "every step "
         "with\nwhat the method keeps, `--plot` the path on f and f at each step. `--tolerance 0` makes exactly 25 "
         "updates, "
         "and\nasks for no convergence. [Pictures](pictures.md) tells what else can be drawn, [worked "
         "examples](worked-examples.md) how\nthe first steps are computed by hand.\n";
  for (std::size_t k = 0; k < runs.size(); ++k) {
    out << "\n## " << runs[k].title << "\n\n"
        << runs[k].words << "\n\n```console\n$ talweg minimize \"x^2\" --start x=10 "
        << "--optimizer " << runs[k].optimizer << " --iterations 25 --tolerance 0 \\\n    --trace --plot "
        << picture_name(runs[k]) << "\n"
        << made[k].table << "```\n\n![The path of " << runs[k].title << " on x² and f at each step](images/"
        << picture_name(runs[k]) << ")\n";
  }
  return out.str();
}

TEST(Lecture, PageAndPicturesAreCurrent) {
  const bool update = std::getenv("TALWEG_UPDATE_PAGES") != nullptr;
  std::vector<Made> made;
  for (const auto& run : runs) {
    made.push_back(make(run));
    const auto file = root / "docs/images" / picture_name(run);
    if (update) std::ofstream(file) << made.back().svg;
    EXPECT_TRUE(slurp(file) == made.back().svg) << file << " is not current: run with TALWEG_UPDATE_PAGES=1";
  }
  const auto file = root / "docs/lecture.md";
  if (update) std::ofstream(file) << page(made);
  EXPECT_EQ(slurp(file), page(made)) << "docs/lecture.md is not current: run with TALWEG_UPDATE_PAGES=1";
}

/// x and f of steps 1 to 25 as the lecture has them.
std::vector<std::array<double, 2>> golden(const LectureRun& run) {
  std::vector<std::array<double, 2>> rows;
  std::istringstream file(slurp(root / "tests/golden/lecture" / (std::string(run.golden) + ".csv")));
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::replace(line.begin(), line.end(), ',', ' ');
    const auto v = numbers(line);
    rows.push_back({v.at(1), v.at(2)});
  }
  return rows;
}

TEST(Lecture, NumbersInThePicturesAreThoseOfTheTrace) {
  for (const auto& run : runs) {
    auto given = arguments(run);
    for (const char* more : {"--trace", "--format", "json"}) given.emplace_back(more);
    const auto trace = nlohmann::json::parse(run_command(given).out).at("trace");
    const auto lecture = golden(run);
    const auto parts = panels(slurp(root / "docs/images" / picture_name(run)));
    ASSERT_GE(parts.size(), 2u);
    const auto path = elements_with(parts[0], "data-index"), values = elements_with(parts[1], "data-index");
    ASSERT_EQ(trace.size(), 26u) << "the start and 25 steps";
    ASSERT_EQ(path.size(), 26u) << run.name;
    ASSERT_EQ(values.size(), 26u) << run.name;
    for (std::size_t k = 0; k < 26; ++k) {
      const double x = trace[k].at("x").at(0), f = trace[k].at("value");
      EXPECT_EQ(numbers(path[k].at("data-x")).at(0), x) << run.name << " step " << k;
      EXPECT_EQ(numbers(path[k].at("data-y")).at(0), f) << run.name << " step " << k;
      EXPECT_EQ(numbers(values[k].at("data-x")).at(0), static_cast<double>(k));
      EXPECT_EQ(numbers(values[k].at("data-y")).at(0), f) << run.name << " step " << k;
      if (k == 0) continue;
      // The tables were made with another order of operations: 25 steps of a few roundings each.
      EXPECT_NEAR(x, lecture.at(k - 1)[0], 1e-13 * 10) << run.name << " step " << k;
    }
  }
}

/// A marker stands where its numbers say, by the axes that the panel carries.
TEST(Lecture, MarkersStandWhereTheirNumbersSay) {
  for (const auto& run : runs)
    for (const auto& panel : panels(slurp(root / "docs/images" / picture_name(run)))) {
      const auto frame = elements_with(panel, "data-frame").at(0);
      const auto box = numbers(frame.at("data-frame")), x = numbers(frame.at("data-x-range")),
                 y = numbers(frame.at("data-y-range"));
      const bool log = frame.at("data-y-scale") == "log";
      for (const auto& e : elements_with(panel, "data-index")) {
        if (e.at("") != "circle") continue;
        const double at_x = numbers(e.at("data-x")).at(0), at_y = numbers(e.at("data-y")).at(0);
        const double right = (at_x - x[0]) / (x[1] - x[0]);
        const double up = log ? std::log(at_y / y[0]) / std::log(y[1] / y[0]) : (at_y - y[0]) / (y[1] - y[0]);
        // Positions and frame are written with two decimals: half a unit each, and the frame's sum of two of them.
        EXPECT_NEAR(numbers(e.at("cx")).at(0), box[0] + right * box[2], 0.02) << run.name;
        EXPECT_NEAR(numbers(e.at("cy")).at(0), box[1] + (1 - up) * box[3], 0.02) << run.name;
      }
    }
}

}  // namespace
}  // namespace talweg::test
