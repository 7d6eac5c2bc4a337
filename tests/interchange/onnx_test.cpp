// Exported graphs compute what predict computes, for every kind of model: read and run by code of the tests' own.
#include "talweg/interchange/onnx/onnx.hpp"

#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "interchange/feed.hpp"
#include "talweg/api/model.hpp"
#include "talweg/base/error.hpp"
#include "talweg/nn/mlp.hpp"
#include "talweg/nn/ops/activations_table.hpp"
#include "talweg/train/network_file.hpp"

namespace talweg::interchange {
namespace {

using namespace talweg::testing;

models::Predictions predicted(const Sample& sample) {
  models::Predictions all;
  sample.model->predict({.file = data::Input(sample.rows)}, [&](const models::Predictions& p) {
    all.values.insert(all.values.end(), p.values.begin(), p.values.end());
    all.probabilities.insert(all.probabilities.end(), p.probabilities.begin(), p.probabilities.end());
    all.scores.insert(all.scores.end(), p.scores.begin(), p.scores.end());
  });
  return all;
}

/// A model of floats is computed in double: predict itself is what rounds, at the size of its numbers.
void expect_near(const std::vector<double>& found, const std::vector<double>& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  double largest = 1;
  for (const double v : wanted) largest = std::max(largest, std::abs(v));
  for (std::size_t r = 0; r < found.size(); ++r) EXPECT_NEAR(found[r], wanted[r], 1e-6 * largest) << "row " << r + 1;
}

void expect_labels(const OnnxTensor& found, const data::Target& target, const std::vector<double>& classes) {
  ASSERT_EQ(found.shape, (std::vector<std::int64_t>{static_cast<std::int64_t>(classes.size())}));
  for (std::size_t r = 0; r < classes.size(); ++r) {
    const auto k = static_cast<std::size_t>(classes[r]);
    if (target.numeric)
      EXPECT_EQ(found.numbers[r], target.class_values[k]) << "row " << r + 1;
    else
      EXPECT_EQ(found.texts[r], target.classes[k]) << "row " << r + 1;
  }
}

void check_as_predict(const Sample& sample) {
  SCOPED_TRACE(sample.name);
  const OnnxModel graph = read_onnx(onnx_bytes(*sample.model));
  const OnnxRun run(graph, feed(graph, sample));
  const models::Predictions wanted = predicted(sample);
  ASSERT_FALSE(wanted.values.empty());
  std::set<std::string> names;
  for (const auto& output : graph.outputs) {
    names.insert(output.name);
    const OnnxTensor& found = run[output.name];
    EXPECT_EQ(found.type, output.type);
    ASSERT_EQ(found.shape.size(), output.shape.size());
    for (std::size_t a = 1; a < found.shape.size(); ++a) EXPECT_EQ(std::to_string(found.shape[a]), output.shape[a]);
  }
  if (sample.model->classes().empty()) {
    ASSERT_EQ(names.size(), 1u);
    return expect_near(run[*names.begin()].numbers, wanted.values);  // a column may be called prediction
  }
  expect_labels(run["label"], *sample.model->target(), wanted.values);
  EXPECT_EQ(names.count("probabilities"), sample.model->has_probabilities() ? 1u : 0u);
  if (sample.model->has_probabilities())
    expect_near(run["probabilities"].numbers, wanted.probabilities);
  else
    expect_near(run["score"].numbers, wanted.scores);
}

TEST(Onnx, EveryKindOfModelComputesWhatPredictComputes) {
  const Folder folder;
  auto all = samples(folder);
  all.resize(all.size() - 2);
  for (const Sample& sample : all) check_as_predict(sample);
}

/// One that a program adds.
struct Cube {
  static constexpr Card card{.name = "cube", .formula = "x^3"};
  static constexpr nn::ActivationTraits traits{};
  template <class T> T value(T x) const { return x * x * x; }
  template <class T> T slope(T x, T) const { return T(3) * x * x; }
};

TEST(Onnx, EveryActivationIsTheLibrarys) {
  const Folder folder;
  for (const Card& card : nn::activations()) {
    if (card.name == Cube::card.name) continue;
    SCOPED_TRACE(card.name);
    auto network = nn::mlp({.inputs = 1, .outputs = 1, .hidden = {1}, .activation = std::string(card.name)});
    auto values = network.parameters().values;
    values[0] = 1, values[1] = 0, values[2] = 1, values[3] = 0;  // y = f(x)
    save_network(network, folder / "m");
    const OnnxModel graph = read_onnx(onnx_bytes(load_model(folder / "m").details()));
    OnnxTensor x{onnx_double, {0, 1}};
    for (const double v : {-800.0, -40.0, -9.0, -8.4, 0.0, 5.0, 8.6, 40.0, 800.0}) x.numbers.push_back(v);
    for (int i = -600; i <= 600; ++i) x.numbers.push_back(i / 97.0);
    x.shape[0] = static_cast<std::int64_t>(x.numbers.size());
    const OnnxRun run(graph, {{graph.inputs.at(0).name, x}});
    const auto y = network.predict(Tensor<double>({x.shape[0], 1}, x.numbers));
    for (std::size_t i = 0; i < x.numbers.size(); ++i)
      EXPECT_NEAR(run["prediction"].numbers[i], y[static_cast<std::int64_t>(i)],
                  1e-14 * std::max(1.0, std::abs(x.numbers[i])))
          << x.numbers[i];
  }
}

TEST(Onnx, InputsAreTheColumnsOfTheFile) {
  const Folder folder;
  for (const Sample& sample : samples(folder)) {
    if (sample.name != "linear") continue;
    const OnnxModel graph = read_onnx(onnx_bytes(*sample.model));
    ASSERT_EQ(graph.inputs.size(), 3u);  // and not the target, nor what was ignored
    EXPECT_EQ(graph.inputs[0].name, "age");
    EXPECT_EQ(graph.inputs[1].name, "prediction");
    EXPECT_EQ(graph.inputs[2].name, "city");
    EXPECT_EQ(graph.inputs[2].type, onnx_string);
    for (const auto& input : graph.inputs) EXPECT_EQ(input.shape, (std::vector<std::string>{"batch", "1"}));
    ASSERT_EQ(graph.outputs.size(), 1u);
    EXPECT_EQ(graph.outputs[0].name, "prediction_2");
    EXPECT_EQ(graph.ir_version, 8);
    EXPECT_EQ(graph.opsets, (std::map<std::string, std::int64_t>{{"", 13}, {"ai.onnx.ml", 2}}));
    EXPECT_EQ(graph.about, "linear");
  }
}

TEST(Onnx, NamesInTheGraphDiffer) {
  const Folder folder;
  auto all = samples(folder);
  all.resize(all.size() - 2);
  for (const Sample& sample : all) {
    SCOPED_TRACE(sample.name);
    const OnnxModel graph = read_onnx(onnx_bytes(*sample.model));
    std::set<std::string> names;
    for (const auto& input : graph.inputs) EXPECT_TRUE(names.insert(input.name).second) << input.name;
    for (const auto& [name, tensor] : graph.initializers) EXPECT_TRUE(names.insert(name).second) << name;
    for (const auto& node : graph.nodes) EXPECT_TRUE(names.insert(node.output).second) << node.output;
  }
}

TEST(Onnx, ALoadedModelGivesTheSameBytes) {
  const Folder folder;
  auto all = samples(folder);
  all.resize(all.size() - 2);
  for (const Sample& sample : all) {
    sample.model->save(folder / "m");
    EXPECT_TRUE(onnx_bytes(*train::load_model(folder / "m")) == onnx_bytes(*sample.model)) << sample.name;
  }
}

TEST(Onnx, HashedFeaturesAreRefused) {
  const Folder folder;
  const auto all = samples(folder);
  for (std::size_t k = all.size() - 2; k < all.size(); ++k) {
    const std::string message = message_of<Error>([&] { onnx_bytes(*all[k].model); });
    EXPECT_TRUE(contains(message, "this model hashes its features (hash_bits=8), which ONNX has no operation for"));
  }
}

/// A network of one column and two classes with texts of one's choice.
std::string refusal(const std::string& column, const std::string& one_class = "no") {
  const Folder folder;
  const auto network = nn::mlp({.inputs = 2});
  save_network(network, folder / "m", {.columns = {column, "other"}, .classes = {one_class, "yes"}});
  const LoadedModel model = load_model(folder / "m");
  return message_of<Error>([&] { onnx_bytes(model.details()); });
}

TEST(Onnx, TextsThatItCannotHoldAreRefused) {
  EXPECT_TRUE(contains(refusal("caf\xe9"), "the name of a column, is no UTF-8"));
  EXPECT_TRUE(contains(refusal("a", "caf\xe9"), "a class, is no UTF-8"));
  EXPECT_TRUE(contains(refusal(""), "a column without a name can be no input"));
}

TEST(Onnx, AnActivationOfAProgramsOwnIsRefused) {
  nn::register_activation<Cube>();
  const Folder folder;
  save_network(nn::mlp({.inputs = 2, .hidden = {2}, .activation = "cube"}), folder / "m");
  const LoadedModel model = load_model(folder / "m");
  EXPECT_TRUE(contains(message_of<Error>([&] { onnx_bytes(model.details()); }),
                       "the activation 'cube' is a program's own, and ONNX has none of that name; write npz or JSON"));
}

}  // namespace
}  // namespace talweg::interchange
