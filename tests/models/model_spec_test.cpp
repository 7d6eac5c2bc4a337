#include "talweg/models/model_spec.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg::models {
namespace {

using talweg::testing::contains;
using talweg::testing::message_of;

std::string refusal(std::string_view text) {
  return message_of<Error>([&] { ModelSpec::parse(text); });
}

TEST(ModelSpec, ReadsNamesSizesAndOptionsAndWritesThemBack) {
  for (const char* text : {"linear", "logistic,l2=0.01", "softmax", "logistic,c=2", "linear,l2=0.1,bias=regularized",
                           "mlp:64,32", "mlp:8,activation=tanh,dropout=0.1,l1=0.001"})
    EXPECT_EQ(ModelSpec::parse(text).text(), text);
  EXPECT_EQ(ModelSpec::parse("mlp:64,32,activation=relu").text(), "mlp:64,32");
  EXPECT_EQ(ModelSpec::parse("mlp:64,32").hidden, (std::vector<std::int64_t>{64, 32}));
}

TEST(ModelSpec, WrongUseNamesTheTokenAndTheFix) {
  EXPECT_TRUE(contains(refusal("mf:16"), "'mf' factorises ratings"));
  EXPECT_TRUE(contains(refusal("mpl:3"), "unknown model 'mpl'; did you mean 'mlp'?"));
  EXPECT_TRUE(contains(refusal("mlp"), "needs the sizes of its hidden layers"));
  EXPECT_TRUE(contains(refusal("mlp:0"), "'0' is no layer size"));
  EXPECT_TRUE(contains(refusal("mlp:8,dropuot=0.1"), "no option 'dropuot'; did you mean 'dropout'?"));
  EXPECT_TRUE(contains(refusal("mlp:8,dropout=1"), "at least 0 and below 1"));
  EXPECT_TRUE(contains(refusal("mlp:8,activation=rellu"), "relu"));
  EXPECT_TRUE(contains(refusal("linear:3"), "'3' is no option"));
  EXPECT_TRUE(contains(refusal("logistic,c=0"), "above 0"));
  EXPECT_TRUE(contains(refusal("logistic,c=1,l2=1"), "give one of them"));
  EXPECT_TRUE(contains(refusal("linear,c=1"), "has no option 'c'"));
  EXPECT_TRUE(contains(refusal("softmax,bias=no,l2=1"), "expected free or regularized"));
  EXPECT_TRUE(contains(refusal("softmax,bias=regularized"), "no effect without a penalty"));
  EXPECT_TRUE(contains(refusal("linear,activation=tanh"), "has no option 'activation'"));
  EXPECT_TRUE(contains(refusal("linear,l2=1,l2=2"), "l2 is given twice"));
}

TEST(ModelSpec, EveryKindIsDescribedWithTheOptionsThatItReads) {
  for (const ItemInfo& item : ModelSpec::items()) {
    const std::string plain = std::string(item.card.name) + (item.card.name == "mlp" ? ":4" : "");
    for (const FieldInfo& f : item.fields) {
      const std::string value = f.kind == FieldKind::text   ? std::string(f.name == "init" ? "orthogonal" : "tanh")
                                : f.kind == FieldKind::word ? std::string(f.words[1])
                                                            : "0.25";
      const std::string needed = f.name == "bias" ? ",l2=1" : "";  // of no effect without a penalty
      const std::string text = plain + needed + "," + std::string(f.name) + "=" + value;
      EXPECT_EQ(ModelSpec::parse(text).text(), text);
    }
  }
}

TEST(ModelSpec, CWeighsTheSumOfTheLosses) {
  ModelSpec spec = ModelSpec::parse("logistic,c=4");
  spec.resolve(50);
  EXPECT_EQ(spec.text(), "logistic,l2=0.005");
  spec.resolve(60);
  EXPECT_EQ(spec.l2, 0.005);
}

TEST(ModelSpec, ModelAndLossDecideWhatTheTargetMustBe) {
  EXPECT_EQ(wanted_target(ModelSpec::parse("mlp:4"), ""), data::Wanted::automatic);
  EXPECT_EQ(wanted_target(ModelSpec::parse("mlp:4"), "mse"), data::Wanted::regression);
  EXPECT_EQ(wanted_target(ModelSpec::parse("logistic"), "hinge"), data::Wanted::binary);
  EXPECT_TRUE(contains(message_of<Error>([] { wanted_target(ModelSpec::parse("linear"), "hinge"); }),
                       "loss 'hinge' does not fit the model 'linear'"));
}

}  // namespace
}  // namespace talweg::models
