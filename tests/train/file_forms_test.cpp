#include "talweg/train/file_forms.hpp"

#include <filesystem>
#include <functional>
#include <limits>
#include <span>

#include <gtest/gtest.h>

#include "support/archives.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/models/model.hpp"
#include "talweg/train/factorization/saved.hpp"
#include "talweg/train/online/stream_model.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::train {
namespace {

using testing::contains;
using testing::message_of;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

data::Target yes_no() { return {.name = "y", .task = data::Task::binary, .numeric = false, .classes = {"no", "yes"}}; }

Archive small_network() {
  TrainedModel m;
  m.spec = models::ModelSpec::parse("mlp:3");
  m.head = {.task = data::Task::binary, .loss = "binary_cross_entropy"};
  m.preprocess.target = yes_no();
  m.preprocess.columns = {"a", "colour", "y"};
  m.preprocess.features = {{"a", data::Column::Kind::numeric, 0, 0, 1, {}},
                           {"colour", data::Column::Kind::text, 0, 0, 1, {"blue", "red"}}};
  m.layout = models::layout(m.spec, m.head, m.preprocess.inputs());
  m.parameters.assign(static_cast<std::size_t>(m.layout.back().offset + m.layout.back().size()), 0.5);
  m.record.kernel = "built-in";
  return m.archive();
}

Archive small_stream_model() {
  models::SparseLinear m;
  m.spec = models::ModelSpec::parse("logistic");
  m.head = {.task = data::Task::binary, .loss = "binary_cross_entropy"};
  m.target = {.name = "label", .task = data::Task::binary, .classes = {"0", "1"}, .class_values = {0, 1}};
  m.places = {0, 4, 9};
  m.weights = {0.5, -1, 2};
  Archive archive;
  m.save(archive);
  save_record({}, archive);
  return archive;
}

Archive small_factorization() {
  SavedFactorization m;
  m.spec = models::FactorizationSpec::parse("mf:2");
  m.users = data::Ids({"u1", "u2"});
  m.items = data::Ids({"a", "b", "c"});
  m.columns = {"user", "item", "rating"};
  m.model = models::Factorization(m.spec, 2, 3);
  m.model.low = 1, m.model.high = 5;
  m.seen = {{0, 2}, {}};
  return m.archive();
}

/// `from` with one entry taken away, or put anew by `instead`.
Archive changed(const Archive& from, std::string_view name, const std::function<void(Archive&)>& instead = {}) {
  Archive out;
  for (const auto& e : from.entries()) {
    if (e.name == name) {
      if (instead) instead(out);
    } else {
      testing::put_copy(out, from, e);
    }
  }
  return Archive::parse(out.bytes(), "m.talweg");
}

void load(const Archive& archive) {
  if (online::StreamModel::is(archive))
    online::StreamModel::from(archive);
  else if (SavedFactorization::recognises(archive))
    SavedFactorization::from(archive);
  else
    TrainedModel::from(archive);
}

std::string refusal(const Archive& archive) {
  return message_of<Error>([&] { load(archive); });
}

TEST(FileForms, WhatIsWrittenIsRead) {
  for (const Archive& archive : {small_network(), small_stream_model(), small_factorization()}) load(archive);
}

TEST(FileForms, EveryEntryIsNeeded) {
  for (const Archive& archive : {small_network(), small_stream_model(), small_factorization()})
    for (const auto& e : archive.entries()) {
      if (e.name == "kind" || e.name == "training.kernel") continue;  // the first decides what is looked for
      const std::string message = refusal(changed(archive, e.name));
      EXPECT_TRUE(contains(message, "m.talweg: damaged or foreign: entry '")) << e.name << ": " << message;
    }
}

TEST(FileForms, AnEntryThatNobodyKnowsIsRefused) {
  for (const Archive& archive : {small_network(), small_stream_model(), small_factorization()}) {
    const Archive more = changed(archive, "training.status", [](Archive& out) {
      out.put("training.status", std::string_view("completed"));
      out.put("training.mood", std::string_view("good"));
    });
    EXPECT_TRUE(contains(refusal(more), "entry 'training.mood' is unknown to this version"));
  }
}

struct Crafted {
  const char* what;
  Archive (*base)();
  const char* entry;
  std::function<void(Archive&)> instead;
  const char* told;
};

std::vector<Crafted> crafted() {
  using Texts = std::vector<std::string>;
  using Ints = std::vector<std::int64_t>;
  using Numbers = std::vector<double>;
  const auto texts = [](const char* name, Texts v) { return [=](Archive& a) { a.put(name, v); }; };
  const auto ints = [](const char* name, Ints v) { return [=](Archive& a) { a.put(name, v); }; };
  const auto doubles = [](const char* name, Numbers v) { return [=](Archive& a) { a.put(name, v); }; };
  const auto text = [](const char* name, std::string v) {
    return [=](Archive& a) { a.put(name, std::string_view(v)); };
  };
  return {
      {"two classes are none", small_network, "target.classes", texts("target.classes", {}), "target.classes"},
      {"one class twice", small_network, "target.classes", texts("target.classes", {"a", "a"}), "holds a class twice"},
      {"numbers beside texts", small_network, "target.class_values", doubles("target.class_values", {0, 1}),
       "should rise"},
      {"a task that the loss cannot have", small_network, "loss", text("loss", "mean_squared_error"), "target.task"},
      {"a loss of no name", small_network, "loss", text("loss", "luck"), "'loss' cannot be read"},
      {"more outputs than classes", small_network, "head.outputs", ints("head.outputs", {3}), "head.outputs"},
      {"outputs below zero", small_network, "head.outputs", ints("head.outputs", {-1}), "holds -1"},
      {"no deviation", small_network, "head.deviation", doubles("head.deviation", {0}), "holds 0"},
      {"a mean that is none", small_network, "head.mean", doubles("head.mean", {nan}), "not finite"},
      {"a layer beyond all memory", small_network, "model", text("model", "mlp:1000000,1000000,1000000"), "parameters"},
      {"another width than the file", small_network, "model", text("model", "mlp:1000000"), "holds 9 numbers"},
      {"a weight that is NaN", small_network, "parameters.dense1.bias",
       [](Archive& a) {
         a.put("parameters.dense1.bias", std::vector<float>{0, float(nan), 0});
       },
       "not finite"},
      {"a format of no number", small_network, "preprocess.file", ints("preprocess.file", {7, 1, 0}), "holds 7"},
      {"a kind of no number", small_network, "preprocess.kinds", ints("preprocess.kinds", {0, 9}), "holds 9"},
      {"features of one name", small_network, "preprocess.features", texts("preprocess.features", {"colour", "colour"}),
       "holds a name twice"},
      {"categories out of order", small_network, "preprocess.categories.colour",
       texts("preprocess.categories.colour", {"red", "blue"}), "in the order of their bytes"},
      {"a factor that is none", small_network, "preprocess.numbers",
       doubles("preprocess.numbers", {0, 0, HUGE_VAL, 0, 0, 1}), "not finite"},
      {"a hash of 31 bits", small_stream_model, "features.numbers", ints("features.numbers", {1, 31, 0, 44, 0}),
       "holds 31"},
      {"a place beyond the table", small_stream_model, "weights.places", ints("weights.places", {0, 4, 1ll << 30}),
       "rise within the table"},
      {"places that fall", small_stream_model, "weights.places", ints("weights.places", {0, 9, 4}),
       "rise within the table"},
      {"hidden layers of a stream", small_stream_model, "model", text("model", "mlp:3"), "hidden layers"},
      {"a rank that the factors do not have", small_factorization, "model", text("model", "mf:4096"),
       "does not fit the ids and the rank"},
      {"ids twice", small_factorization, "users", texts("users", {"u", "u"}), "holds an id twice"},
      {"ratings that end before they begin", small_factorization, "numbers", doubles("numbers", {0, 5, 1, 0}),
       "ends before it begins"},
      {"an item seen twice", small_factorization, "seen", text("seen", std::string("\x02\x01\x00\x00", 4)), "twice"},
      {"an item beyond the last", small_factorization, "seen", text("seen", std::string("\x01\x07\x00", 3)), "items"},
  };
}

TEST(FileForms, EveryEntryIsComparedWithTheOthers) {
  for (const Crafted& c : crafted()) {
    const std::string message = refusal(changed(c.base(), c.entry, c.instead));
    EXPECT_TRUE(contains(message, "m.talweg: damaged or foreign: entry '")) << c.what << ": " << message;
    EXPECT_TRUE(contains(message, c.told)) << c.what << ": " << message;
  }
}

TEST(FileForms, FilesOfAnotherKindSayWhatTheyAre) {
  EXPECT_TRUE(contains(message_of<Error>([] { TrainedModel::from(small_stream_model()); }),
                       "holds a model that was trained row by row on a stream, where a model of a table is needed"));
  EXPECT_TRUE(contains(message_of<Error>([] { TrainedModel::from(small_factorization()); }),
                       "load it with talweg::load_factorization"));
}

TEST(FileForms, FilesThatOnceDidHarmAreRefused) {
  const std::filesystem::path seeds = std::string(TALWEG_SOURCE_DIR) + "/tests/fuzz/seeds/model";
  for (const char* name : {"dense-binary-no-classes.talweg", "mlp-nan.talweg", "sparse-hash31.talweg"}) {
    const std::string path = (seeds / name).string();
    EXPECT_TRUE(contains(refusal(Archive::load(path)), path + ": damaged or foreign: entry '")) << name;
  }
}

/// A model with few weights at large places is found by hashing them; with many, in a table. Both give the same.
TEST(SparseScorer, IsTheSameInATableAndHashed) {
  models::SparseLinear m;
  m.head = {.task = data::Task::classes, .loss = "softmax_cross_entropy", .outputs = 3};
  for (std::int64_t place = 0; place < 40'000'000; place += 999'983) {
    m.places.push_back(place);
    for (int o = 0; o < 3; ++o) m.weights.push_back(0.5 * static_cast<double>(o) - static_cast<double>(place % 7));
  }
  const models::SparseScorer<double> far(m);
  const std::vector<std::uint32_t> index{999'983, 17, 3 * 999'983, 39'999'999, 0};
  const std::vector<double> value{2, 5, -1, 3, 1};
  std::vector<double> out(3);
  far(index, value, out);
  for (std::size_t o = 0; o < 3; ++o)
    EXPECT_EQ(out[o], 2 * m.weights[3 + o] - m.weights[9 + o] + m.weights[o]) << "output " << o;
  for (auto& place : m.places) place /= 999'983;  // now all of them side by side
  const models::SparseScorer<double> near(m);
  std::vector<double> again(3);
  near(std::vector<std::uint32_t>{1, 400, 3, 500, 0}, value, again);
  EXPECT_EQ(again, out);
}

}  // namespace
}  // namespace talweg::train
