#include "talweg/optim/spec.hpp"

#include <gtest/gtest.h>

#include "talweg/base/error.hpp"

namespace talweg {
namespace {

void expect_error(const std::string& spec, const std::vector<std::string>& words) {
  try {
    FirstOrder::parse(spec);
    ADD_FAILURE() << spec << " was taken";
  } catch (const Error& e) {
    const std::string message = e.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_EQ(message.find("  "), std::string::npos) << message;
    for (const auto& word : words) EXPECT_NE(message.find(word), std::string::npos) << message;
  }
}

TEST(Spec, PrintsWhatRanAndReadsItBack) {
  for (const RuleInfo& m : first_order_methods()) {
    const FirstOrder method = FirstOrder::parse(m.label());
    const std::string printed = method.spec();
    EXPECT_EQ(FirstOrder::parse(printed).spec(), printed);
    EXPECT_EQ(method.label(), m.label());
    for (const FieldInfo& p : m.fields) {
      if (p.name == "averaging" || p.name == "ema") continue;
      EXPECT_EQ(write_value(p, method.get(p.name)), p.default_value) << m.label() << ' ' << p.name;
      EXPECT_NE((printed + ",weight_decay=").find(',' + std::string(p.name) + '='), std::string::npos) << printed;
    }
  }
}

TEST(Spec, EveryKeyOfEveryVariantReadsBack) {
  for (const RuleInfo& m : first_order_methods())
    for (const FieldInfo& p : m.fields) {
      FirstOrder method = FirstOrder::parse(m.label());
      // A value inside of every range in use, and other than any default.
      const std::string value = p.kind == FieldKind::flag ? "true" : p.name == "increase" ? "1.625" : "0.4375";
      method.set(p.name, value);
      if (p.name == "step_max" || p.name == "step_min") method.validate();
      const FirstOrder again = FirstOrder::parse(method.spec());
      EXPECT_EQ(again.spec(), method.spec());
      EXPECT_NE(again.spec(), FirstOrder::parse(m.label()).spec()) << m.label() << ' ' << p.name;
    }
}

TEST(Spec, DefaultsOfTheReference) {
  const auto value = [](const char* spec, const char* key) { return FirstOrder::parse(spec).get(key); };
  EXPECT_EQ(value("sgd", "learning_rate"), 0.01);
  EXPECT_EQ(value("sgd:torch", "learning_rate"), 1e-3);
  EXPECT_EQ(value("momentum", "momentum"), 0.9);
  EXPECT_EQ(value("adagrad:torch", "epsilon"), 1e-10);
  EXPECT_EQ(value("adagrad:keras", "initial_accumulator"), 0.1);
  EXPECT_EQ(value("rmsprop:torch", "decay"), 0.99);
  EXPECT_EQ(value("rmsprop", "decay"), 0.9);
  EXPECT_EQ(value("adadelta:torch", "rho"), 0.9);
  EXPECT_EQ(value("adadelta:keras", "learning_rate"), 1e-3);
  EXPECT_EQ(value("adam:keras", "epsilon"), 1e-7);
  EXPECT_EQ(value("adamw", "weight_decay"), 0.01);
  EXPECT_EQ(value("adamw:keras", "weight_decay"), 0.004);
  EXPECT_EQ(value("adamax", "lr"), 0.002);
  EXPECT_EQ(value("lion", "lr"), 1e-4);
  EXPECT_EQ(value("nadam", "momentum_decay"), 0.004);
  EXPECT_EQ(value("nadam:keras", "momentum_decay"), 1);
  EXPECT_EQ(value("ftrl", "lr"), 0.1);
  EXPECT_EQ(FirstOrder::parse("gd").label(), "sgd");
  EXPECT_EQ(FirstOrder::parse("adam").label(), "adam:paper");
  EXPECT_EQ(FirstOrder::parse("rprop").label(), "rprop:irprop-");
  EXPECT_EQ(FirstOrder::parse("nesterov").label(), "nesterov:lookahead");
}

TEST(Spec, AliasesAndBlanks) {
  EXPECT_EQ(FirstOrder::parse(" adam , lr = .5 , eps=1e-3").spec(),
            FirstOrder::parse("adam:paper,learning_rate=0.5,epsilon=0.001").spec());
  EXPECT_EQ(FirstOrder::parse("adam,amsgrad=1").spec(), FirstOrder::parse("adam,amsgrad=true").spec());
}

TEST(Spec, RefusesByName) {
  expect_error("adm", {"adm", "did you mean 'adam'"});
  expect_error("", {"''", "adam"});
  expect_error("adam:papr", {"papr", "did you mean 'paper'", "eps-hat", "keras"});
  expect_error("adam,learning_rat=1", {"learning_rat", "did you mean 'learning_rate'", "beta1"});
  expect_error("adam,zzz=1", {"zzz", "beta1"});
  expect_error("adam,beta1=1", {"beta1", "'1'", "at least 0 and below 1"});
  expect_error("adam,lr=0", {"lr", "'0'", "above 0"});
  expect_error("adam,lr=inf", {"lr", "inf"});
  expect_error("adam,lr=nan", {"lr", "nan"});
  expect_error("adam,lr=1x", {"lr", "1x", "not a number"});
  expect_error("adam,lr=", {"lr", "''"});
  expect_error("adam,lr=1,learning_rate=1", {"learning_rate", "twice"});
  expect_error("adam,amsgrad=yes", {"amsgrad", "yes", "true or false"});
  expect_error("adam,lr", {"'lr'", "key=value"});
  expect_error("adam,,lr=1", {"key=value"});
  expect_error("sgd,momentum=.9", {"momentum", "sgd"});
  expect_error("sgd,decoupling=rate", {"decoupling", "no effect"});
  expect_error("lion,decoupling=schedule", {"decoupling", "no effect", "weight_decay"});
  expect_error("adamw,decoupling=rates", {"rates", "rate or schedule"});
  expect_error("rprop,step_min=2,step_max=1", {"step_min", "step_max"});
  expect_error("rprop,increase=1", {"increase", "above 1"});
  expect_error("adam,ema=1", {"ema", "below 1"});
  expect_error("adam,weight_decay=-1", {"weight_decay", "-1", "at least 0"});
}

TEST(Spec, RefusesRulesMadeInCode) {
  EXPECT_THROW(FirstOrder(Adam{.learning_rate = -1}), Error);
  EXPECT_THROW(FirstOrder(AdamW{.weight_decay = -1}), Error);
  EXPECT_EQ(FirstOrder(AdamW{.weight_decay = 0.5}).weight_decay, 0.5);
  EXPECT_EQ(FirstOrder(Adam{.beta1 = 0.5, .amsgrad = true}).spec(),
            FirstOrder::parse("adam,beta1=.5,amsgrad=1").spec());
}

TEST(Spec, AScheduleWithoutEffectIsAnError) {
  FirstOrder method = FirstOrder::parse("rprop");
  method.schedule = Schedule::parse("exponential,factor=.5");
  EXPECT_THROW(method.validate(), Error);
}

TEST(Spec, KnowsItsNames) {
  for (const char* name : {"adam", "gd", "sgd:torch", "ftrl,alpha=1", " adam"})
    EXPECT_TRUE(is_first_order(name)) << name;
  for (const char* name : {"lbfgs", "cg", "", "adamz"}) EXPECT_FALSE(is_first_order(name)) << name;
}

TEST(Spec, Warns) {
  EXPECT_EQ(FirstOrder::parse("rprop").warnings(false).size(), 1u);
  EXPECT_TRUE(FirstOrder::parse("rprop").warnings(true).empty());
  EXPECT_EQ(FirstOrder::parse("adadelta:keras").warnings(true).size(), 1u);
  EXPECT_TRUE(FirstOrder::parse("adadelta").warnings(false).empty());
}

TEST(Spec, Groups) {
  const Group g = Group::parse("dense1.*:learning_rate=.01,weight_decay=0");
  EXPECT_EQ(g.pattern, "dense1.*");
  EXPECT_EQ(g.values.size(), 2u);
  EXPECT_EQ(Group::parse(g.spec()), g);
  EXPECT_THROW(Group::parse("dense1"), Error);
  EXPECT_THROW(Group::parse("dense1:learning_rate"), Error);
  EXPECT_TRUE(matches("dense1.*", "dense1.weight"));
  EXPECT_TRUE(matches("*.bias", "dense1.bias"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("d?nse*", "dense1"));
  EXPECT_FALSE(matches("dense1.*", "dense10.weight"));
  EXPECT_FALSE(matches("dense?", "dense"));
}

}  // namespace
}  // namespace talweg
