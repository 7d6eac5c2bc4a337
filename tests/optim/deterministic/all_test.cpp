#include "talweg/optim/deterministic/all.hpp"

#include <gtest/gtest.h>

#include "talweg/base/error.hpp"

namespace talweg {
namespace {

std::string spec_of_parsed(std::string_view spec) { return (*parse_deterministic(spec))->traits().spec; }

std::string message_of(std::string_view spec) {
  try {
    parse_deterministic(spec);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(Deterministic, ASpecNamesTheMethodAndItsSettings) {
  EXPECT_EQ(spec_of_parsed("lbfgs"), "lbfgs,memory=auto,line_search=weak-wolfe,decrease=1e-04,curvature=0.7");
  EXPECT_EQ(spec_of_parsed(" lbfgs , memory = 5 , line_search=hager-zhang"),
            "lbfgs,memory=5,line_search=hager-zhang,decrease=1e-04,curvature=0.7");
  EXPECT_EQ(spec_of_parsed("cg"), "cg:pr+,memory=10,line_search=weak-wolfe,decrease=1e-04,curvature=0.4,restart=0.2");
  EXPECT_EQ(spec_of_parsed("cg:pr+,memory=5").substr(0, 15), "cg:pr+,memory=5");
  EXPECT_EQ(spec_of_parsed("gd,line_search=armijo"), "gd,line_search=armijo,decrease=1e-04");
}

TEST(Deterministic, EveryMethodReadsBackItsOwnSpec) {
  for (const ItemInfo& m : deterministic_methods()) {
    const std::string plain = m.label() + (m.card.name == "gd" ? ",line_search=wolfe" : "");
    const std::string spec = spec_of_parsed(plain);
    EXPECT_EQ(spec_of_parsed(spec), spec);
    EXPECT_TRUE(spec.starts_with(m.label())) << spec;
    EXPECT_FALSE(m.card.title.empty() || m.card.formula.empty() || m.card.source.empty());
    for (const FieldInfo& s : m.fields) EXPECT_FALSE(s.name.empty() || s.help.empty() || s.default_value.empty());
  }
}

TEST(Deterministic, WhatCppWritesIsWhatTheSpecSays) {
  EXPECT_EQ(make_method(ConjugateGradient{.beta = Beta::hestenes_stiefel, .memory = 3})->traits().spec,
            spec_of_parsed("cg:hs,memory=3"));
  EXPECT_EQ(make_method(Lbfgs{.memory = 10})->traits().spec, spec_of_parsed("lbfgs,memory=10"));
  EXPECT_EQ(make_method(GradientDescent{.line_search = LineSearch::hager_zhang})->traits().spec,
            spec_of_parsed("gd,line_search=hager-zhang"));
}

TEST(Deterministic, OtherNamesAreLeftToOthers) {
  EXPECT_FALSE(parse_deterministic("adam,learning_rate=0.1"));
  EXPECT_FALSE(parse_deterministic("gd")) << "without a line search it is sgd on the full batch";
  EXPECT_FALSE(parse_deterministic("gd,learning_rate=0.1"));
  EXPECT_TRUE(is_deterministic("cg:hs,memory=2"));
  EXPECT_FALSE(is_deterministic("lbfgsx"));
}

TEST(Deterministic, WrongSpecsAreNamedWithTheirCure) {
  const auto says = [](std::string_view spec, std::string_view words) {
    const std::string message = message_of(spec);
    EXPECT_NE(message.find(words), std::string::npos) << spec << " -> " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  };
  says("lbfgs,memory=-1", "memory = -1 is out of range; it must be at least 0 and at most 200");
  says("lbfgs,memory=2.5", "is not a whole number");
  says("lbfgs,memroy=3", "did you mean 'memory'");
  says("lbfgs,curvature=1", "curvature = 1 is out of range; it must be above 0 and below 1");
  says("lbfgs,decrease=nan", "decrease");
  says("lbfgs,line_search=amrijo", "did you mean 'armijo'");
  says("lbfgs,memory=3,memory=4", "memory is given twice");
  says("lbfgs,memory", "must be written key=value");
  says("lbfgs:torch", "variant 'torch' is not known; it has none");
  says("cg:pr", "the variants are pr+, hs, hz, fr and dy");
  says("lbfgs,line_search=armijo,curvature=0.5", "curvature has no effect");
  says("gd,line_search=armijo,learning_rate=0.1", "key 'learning_rate' is not known");
  says("cg:fr,memory=3", "use pr+, hs or hz");
  EXPECT_THROW(make_method(Lbfgs{.memory = -3}), Error);
  EXPECT_THROW(make_method(ConjugateGradient{.curvature = 1.5}), Error);
}

}  // namespace
}  // namespace talweg
