// `talweg inspect` of networks: trained ones, and what there is of one before it is trained.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/svg.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using ::talweg::testing::contains;
using ::talweg::testing::elements_with;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

Ran inspect(std::vector<std::string> given) {
  given.insert(given.begin(), "inspect");
  return run_command(given);
}

TEST(Inspect, DrawsANetworkThatIsNotTrained) {
  const std::string place = scratch() / "network.svg";
  const Ran ran =
      inspect({"mlp:4,3,activation=tanh", "--inputs", "2", "--outputs", "3", "--plot", place, "--format", "json"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  const json facts = json::parse(ran.out);
  EXPECT_EQ(facts["parameters"], (2 * 4 + 4) + (4 * 3 + 3) + (3 * 3 + 3));
  EXPECT_EQ(facts["layers"][0], (json{{"parameter", "dense1.weight"}, {"shape", "2 x 4"}, {"numbers", 8}}));
  const std::string svg = slurp(place);
  EXPECT_EQ(count(svg, "class=\"t-unit\""), 2u + 4 + 3 + 3);
  EXPECT_EQ(count(svg, "class=\"t-edge\""), 2u * 4 + 4 * 3 + 3 * 3);
  for (const char* words : {">inputs<", ">2 inputs<", ">dense1<", ">4 units, tanh<", ">12 parameters<", ">dense3<",
                            ">3 units<", "2 inputs, 3 outputs, 39 parameters", ">mlp:4,3,activation=tanh<"})
    EXPECT_TRUE(contains(svg, words)) << words;
  EXPECT_FALSE(contains(svg, "data-weight"));
  EXPECT_EQ(inspect({"linear", "--inputs", "3", "--outputs", "1", "--plot", place, "--title", "<T>"}).status, 0);
  EXPECT_TRUE(contains(slurp(place), "&lt;T&gt;"));
}

TEST(Inspect, DrawsLargeLayersInPart) {
  const std::string place = scratch() / "large.svg";
  const Ran ran = inspect({"mlp:100000,64", "--inputs", "784", "--outputs", "10", "--plot", place});
  EXPECT_EQ(ran.status, 0) << ran.err;
  const std::string svg = slurp(place);
  EXPECT_EQ(count(svg, "class=\"t-unit\""), 3u * 12 + 10) << "of a large layer the first and the last few";
  EXPECT_EQ(count(svg, "class=\"t-quiet\" cx="), 9u) << "three dots in each of them";
  EXPECT_TRUE(contains(svg, "78500000 parameters"));
}

TEST(Inspect, DrawsATrainedNetworkWithItsWeights) {
  const std::string model = scratch() / "drawn.talweg", place = scratch() / "drawn.svg";
  const Ran trained = run_command({"train", std::string(TALWEG_SOURCE_DIR) + "/data/iris.csv", "--target", "species",
                                   "--model", "mlp:5", "--epochs", "2", "--save", model});
  EXPECT_EQ(trained.status, 0) << trained.err;
  EXPECT_EQ(inspect({model, "--plot", place}).status, 0);
  const std::string svg = slurp(place);
  EXPECT_EQ(elements_with(svg, "data-weight").size(), 4u * 5 + 5 * 3);
  for (const char* words : {">sepal_length<", ">setosa<", ">5 units, relu<", "thick lines: large weights"})
    EXPECT_TRUE(contains(svg, words)) << words;
  EXPECT_EQ(inspect({model}).out, inspect({model, "--plot", place}).out);
}

TEST(Inspect, WritesAPage) {
  const std::string model = scratch() / "page.talweg", place = scratch() / "page.html";
  const Ran trained = run_command({"train", std::string(TALWEG_SOURCE_DIR) + "/data/iris.csv", "--target", "species",
                                   "--model", "softmax,l2=1e-3", "--save", model});
  EXPECT_EQ(trained.status, 0) << trained.err;
  EXPECT_EQ(inspect({model, "--report", place, "--title", "Iris"}).out, inspect({model}).out);
  const std::string page = slurp(place);
  for (const char* words : {"<title>Iris", "Coefficients", "Intervals", "standard error", "petal_length, virginica"})
    EXPECT_TRUE(contains(page, words)) << words;
  const Ran over = inspect({model, "--report", model});
  EXPECT_EQ(over.status, 2);
  EXPECT_TRUE(contains(over.err, "would overwrite the model"));
}

TEST(Inspect, RefusesInOneLine) {
  const std::string place = scratch() / "refused.svg";
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
      {{"mlp:4,3"}, "needs --inputs N and --outputs N"},
      {{"mlp:4,3", "--inputs", "2"}, "needs --inputs N and --outputs N"},
      {{"mlp:4,3", "--inputs", "0", "--outputs", "1"}, "--inputs"},
      {{"mpl:4,3", "--inputs", "2", "--outputs", "1"}, "did you mean 'mlp'"},
      {{"mlp:4,activation=reluu", "--inputs", "2", "--outputs", "1"}, "did you mean 'relu'"},
      {{"mlp:4", "--inputs", "2", "--outputs", "1", "--title", "T"}, "nothing is drawn"},
      {{"mlp:4", "--inputs", "2", "--outputs", "1", "--plot", "-"}, "FILE.svg"},
      {{"mlp:4", "--inputs", "2", "--outputs", "1", "--plot", "net.pdf"}, ".svg or .png"},
      {{"no such file"}, "no such file"}};
  for (const auto& [given, words] : wrong) {
    const Ran ran = inspect(given);
    EXPECT_EQ(ran.status, 2) << given[0];
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_TRUE(contains(ran.err, words)) << ran.err;
  }
}

}  // namespace
}  // namespace talweg::test
