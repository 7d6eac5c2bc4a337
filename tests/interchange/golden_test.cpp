// One small model, number by number: its files are those of tests/golden/interchange, whose outputs onnxruntime
// computed. With TALWEG_UPDATE_PAGES=1 this test writes the files; scripts/check-export compares the outputs again.
#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "interchange/feed.hpp"
#include "talweg/interchange/export.hpp"
#include "talweg/models/model.hpp"

namespace talweg::interchange {
namespace {

using namespace talweg::testing;
using Json = nlohmann::json;

const std::string golden = TALWEG_GOLDEN_DIR "/interchange/";

train::TrainedModel small_model() {
  using Kind = data::Column::Kind;
  train::TrainedModel m;
  m.preprocess.features = {{"age", Kind::numeric, 40, 41.5, 0.0625, {}},
                           {"city", Kind::text, 0, 0, 1, {"Bonn", "K\xc3\xb6ln"}},
                           {"name", Kind::ignored, 0, 0, 1, {}},
                           {"wage", Kind::numeric, 1000012, 1000010, 0.25, {}}};
  m.preprocess.columns = {"age", "city", "name", "wage", "grade"};
  m.preprocess.target = {"grade", data::Task::classes, false, {"high", "low", "mid"}, {}};
  m.preprocess.standardized = true;
  m.spec = models::ModelSpec::parse("mlp:3,activation=gelu");
  m.head.task = data::Task::classes;
  m.head.loss = "softmax_cross_entropy";
  m.head.outputs = 3;
  m.layout = models::layout(m.spec, m.head, m.preprocess.inputs());
  for (int k = 0; k < 27; ++k) m.parameters.push_back(static_cast<float>((k * 7 % 11 - 5) / 8.0));
  return m;
}

std::string written(Format format) {
  std::string out;
  write(small_model(), format, [&](std::string_view piece) { out += piece; });
  return out;
}

TEST(Golden, TheFilesAreTheseByteForByte) {
  for (const auto& [name, format] : {std::pair("small.onnx", Format::onnx), std::pair("small.npz", Format::npz),
                                     std::pair("small.json", Format::json)}) {
    if (std::getenv("TALWEG_UPDATE_PAGES") != nullptr) put(golden + name, written(format));
    EXPECT_TRUE(contents_of_file(golden + name) == written(format)) << name;
  }
}

TEST(Golden, ItsOutputsAreThoseOfOnnxruntime) {
  const Json feed = Json::parse(contents_of_file(golden + "small.feed.json")),
             wanted = Json::parse(contents_of_file(golden + "small.out.json")).at("all");
  const OnnxModel graph = read_onnx(written(Format::onnx));
  OnnxValues inputs;
  for (const auto& [name, one] : feed.items()) {
    OnnxTensor t{one.at("type") == "string" ? onnx_string : onnx_double,
                 one.at("dims").get<std::vector<std::int64_t>>()};
    for (const Json& v : one.at("data"))
      v.is_string() ? t.texts.push_back(v) : t.numbers.push_back(v.is_null() ? std::nan("") : v.get<double>());
    inputs[name] = t;
  }
  const OnnxRun run(graph, inputs);
  EXPECT_EQ(run["label"].texts, wanted.at("label").at("data").get<std::vector<std::string>>());
  const auto probabilities = wanted.at("probabilities").at("data").get<std::vector<double>>();
  ASSERT_EQ(run["probabilities"].numbers.size(), probabilities.size());
  for (std::size_t i = 0; i < probabilities.size(); ++i)
    EXPECT_NEAR(run["probabilities"].numbers[i], probabilities[i], 1e-14);
}

}  // namespace
}  // namespace talweg::interchange
