// Networks of a C++ program as model files: to the last bit, and read by what
// `talweg predict` does.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "support/files.hpp"
#include "talweg/api/use/inspect.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/use/inspect_report.hpp"
#include "talweg/talweg.hpp"

namespace talweg {
namespace {

using testing::contains;
using testing::Folder;
using testing::message_of;
using testing::put;

template <class T> Tensor<T> rows(std::int64_t count, std::int64_t inputs) {
  Tensor<T> x({count, inputs});
  for (std::int64_t i = 0; i < x.size(); ++i) x[i] = T(std::sin(1 + 1.3 * double(i)));
  return x;
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Saved, loaded, saved again: equal numbers, equal bytes.
template <class T> void check_round_trip(const nn::MlpOptions& options, const NetworkFile& about) {
  const Folder folder;
  const auto network = nn::mlp<T>(options);
  save_network(network, folder / "a", about);
  const auto loaded = load_network<T>(folder / "a");
  EXPECT_TRUE(std::ranges::equal(network.values(), loaded.values()));
  const auto x = rows<T>(37, options.inputs);
  EXPECT_EQ(network.predict(x), loaded.predict(x));
  save_network(loaded, folder / "b", about);
  EXPECT_EQ(bytes_of(folder / "a"), bytes_of(folder / "b"));
  load_model(folder / "a").save(folder / "c");
  EXPECT_EQ(bytes_of(folder / "a"), bytes_of(folder / "c"));
}

TEST(NetworkFile, IsReadToTheLastBit) {
  for (const auto& activation : nn::activations())
    for (const double dropout : {0.0, 0.25}) {
      SCOPED_TRACE(activation.name);
      const nn::MlpOptions options{
          .inputs = 3, .hidden = {5, 4}, .activation = std::string(activation.name), .dropout = dropout, .seed = 7};
      check_round_trip<double>(options, {});
      check_round_trip<float>(options, {});
    }
  check_round_trip<double>({.inputs = 3}, {.columns = {"a", "b", "c"}, .target = "price", .loss = "huber"});
  check_round_trip<double>({.inputs = 3}, {.classes = {"no", "yes"}});
  check_round_trip<float>({.inputs = 3, .outputs = 4}, {.classes = {"a", "b", "c", "d"}});
  check_round_trip<float>({.inputs = 3, .outputs = 3, .hidden = {6}}, {.classes = {"a", "b", "c"}});
}

TEST(NetworkFile, PredictsTheRowsOfAFileAsTheNetworkDoes) {
  const Folder folder;
  const auto network = nn::mlp({.inputs = 2, .hidden = {8}, .activation = "tanh", .seed = 3});
  save_network(network, folder / "m", {.columns = {"width", "height"}, .target = "weight"});
  const std::string file = put(folder / "rows.csv", "height,width\n0.5,1.5\n-2,0.25\n");
  const Tensor<double> x({2, 2}, {1.5, 0.5, 0.25, -2});  // found by name
  const auto y = network.predict(x);
  EXPECT_EQ(api::predict(*train::load_model(folder / "m"), {.file = file}).csv,
            text::cat("prediction\n", text::number(y[0]), "\n", text::number(y[1]), "\n"));
  const LoadedModel model = load_model(folder / "m");
  EXPECT_EQ(model.predict({{1.5, 0.5}, {0.25, -2}}).values, (std::vector<double>{y[0], y[1]}));
  EXPECT_EQ(model.predict_file(file).values, (std::vector<double>{y[0], y[1]}));
  EXPECT_EQ(model.features(), (std::vector<std::string>{"width", "height"}));
  EXPECT_EQ(model.spec(), "mlp:8,activation=tanh");
  EXPECT_TRUE(contains(present::inspection(api::inspect(folder / "m", 5), "text"), "weight"));
}

TEST(NetworkFile, GivesClassesWithTheirProbabilities) {
  const Folder folder;
  const auto network = nn::mlp<float>({.inputs = 2, .outputs = 3, .hidden = {8}, .seed = 3});
  save_network(network, folder / "m", {.classes = {"red", "green", "blue"}});
  const Predictions p = load_model(folder / "m").predict({{0.3, -1}});
  const auto y = network.predict(Tensor<float>({1, 2}, {0.3f, -1}));
  const auto best = std::max_element(y.begin(), y.end()) - y.begin();
  EXPECT_EQ(p.labels[0], (std::vector<std::string>{"red", "green", "blue"})[std::size_t(best)]);
  EXPECT_NEAR(p.probabilities[0][0] + p.probabilities[0][1] + p.probabilities[0][2], 1, 1e-12);
}

TEST(NetworkFile, RefusesWhatAFileDoesNotHold) {
  const Folder folder;
  const auto network = nn::mlp({.inputs = 2, .outputs = 3, .hidden = {4}});
  const auto refusal = [&](const auto& n, const NetworkFile& about) {
    return message_of<Error>([&] { save_network(n, folder / "m", about); });
  };
  EXPECT_TRUE(contains(refusal(network, {}), "3 outputs and 0 names of classes"));
  EXPECT_TRUE(contains(refusal(network, {.classes = {"a", "b", "b"}}), "two classes have the same name"));
  EXPECT_TRUE(contains(refusal(network, {.columns = {"a"}, .classes = {"a", "b", "c"}}), "1 names of columns"));
  EXPECT_TRUE(contains(refusal(network, {.columns = {"a", "y"}, .classes = {"a", "b", "c"}}), "two columns"));
  EXPECT_TRUE(contains(refusal(network, {.classes = {"a", "b", "c"}, .loss = "huber"}), "'huber' does not fit"));
  const nn::Activation relu = nn::activation("relu"), tanh = nn::activation("tanh");
  using namespace nn::layers;
  const nn::Network<double> mixed(
      2, {Dense{3}, nn::layers::Activation{relu}, Dense{3}, nn::layers::Activation{tanh}, Dense{1}});
  EXPECT_TRUE(contains(refusal(mixed, {}), "activation2 has no place"));
  const nn::Network<double> bare(2, {Dense{3}, Dense{1}}), open(2, {Dense{3}, nn::layers::Activation{relu}});
  EXPECT_TRUE(contains(refusal(bare, {}), "dense2 has no place"));
  EXPECT_TRUE(contains(refusal(open, {.classes = {"a", "b", "c"}}), "activation1 has no place"));
  save_network(nn::mlp({.inputs = 2}), folder / "m");
  EXPECT_TRUE(contains(message_of<Error>([&] { load_network<float>(folder / "m"); }), "which float would round"));
}

}  // namespace
}  // namespace talweg
