// The printed arithmetic of a step, read back and evaluated, is the engine's step: for every method there is.
#include "talweg/explain/update.hpp"

#include "equations.hpp"
#include "talweg/api/method.hpp"
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::explain {
namespace {

struct Case {
  std::string formula, start, optimizer;
  std::string schedule = {}, clip = {}, bounds = {};
  std::vector<std::string> groups = {}, constraints = {};
  bool maximize = false;
};

api::PreparedMinimize prepared(const Case& c) {
  api::MinimizeRequest request;
  request.formula = c.formula;
  request.start = api::parse_start(c.start);
  if (!c.bounds.empty()) request.bounds = api::parse_bounds(c.bounds);
  request.constraints = c.constraints;
  request.method = {.optimizer = c.optimizer, .schedule = c.schedule, .clip = c.clip, .groups = c.groups};
  request.options.maximize = c.maximize;
  request.options.max_iterations = 60;
  return api::prepare(request);
}

Update explained(const Case& c, std::int64_t step) {
  api::PreparedMinimize p = prepared(c);
  return explain_update({.function = p.problem->function(),
                         .start = p.problem->start(),
                         .method = p.method.method,
                         .options = p.options,
                         .constraints = c.constraints,
                         .step = step});
}

/// Steps 1, 2, 3, 5, 9 and 17 of the run, or as many as it has.
int check(const Case& c) {
  SCOPED_TRACE(text::cat(c.optimizer, " on ", c.formula, " ", c.schedule, " ", c.clip, " ", c.bounds));
  api::PreparedMinimize p = prepared(c);
  std::vector<std::vector<double>> path, betas;
  Options options = p.options;
  options.tolerance = 0;
  options.on_iteration = [&](const Iteration& i) {
    path.emplace_back(i.x.begin(), i.x.end());
    betas.emplace_back();
    for (const Observation& o : i.state())
      if (o.name == "beta") betas.back() = o.values;
  };
  minimize(p.problem->function(), p.problem->start(), p.method.method, options);
  int made = 0;
  for (const std::size_t step : {1, 2, 3, 5, 9, 17}) {
    if (step >= path.size()) break;
    SCOPED_TRACE(text::cat("step ", step));
    const Update u = explained(c, static_cast<std::int64_t>(step));
    EXPECT_EQ(u.x, path[step - 1]);
    EXPECT_EQ(u.next, path[step]);
    const int checked = check_equations(u.sections);
    EXPECT_TRUE(checked > 0 || path[step] == path[step - 1]);
    for (std::size_t i = 0; i < u.names.size(); ++i) {
      const Equation* e = find_equation(u.sections, indexed(u.names[i], static_cast<long long>(step)).plain);
      EXPECT_NE(e, nullptr) << "no new " << u.names[i];
      if (e) EXPECT_TRUE(same_bits(e->value, path[step][i])) << e->value << " is not " << path[step][i];
    }
    if (const Equation* beta = find_equation(u.sections, "β"); beta && !betas[step].empty())
      EXPECT_EQ(beta->value, betas[step][0]);
    // Where the direction is explained, it is the one that x moved along.
    const bool alone = u.names.size() == 1;
    for (const std::string& name : u.names) {
      const Equation *d = find_equation(u.sections, alone ? "d" : text::cat("d(", name, ")")),
                     *a = find_equation(u.sections, "a"), *change = find_equation(u.sections, text::cat("Δ", name));
      if (d && a && change) EXPECT_EQ(a->value * d->value, change->value);
    }
    ++made;
  }
  EXPECT_GT(made, 0);
  return made;
}

constexpr const char* valley = "100*(y-x^2)^2 + (1-x)^2";
constexpr const char* start = "x=-1.2,y=1";

TEST(ExplainUpdate, EveryFirstOrderMethod) {
  for (const RuleInfo& m : first_order_methods()) {
    check({"x^2", "x=10", m.label()});
    check({"(x-3)^4/10 + 2*y^2 + x*y", "x=-1.5,y=2", m.label()});
  }
}

TEST(ExplainUpdate, WhatIsSetAroundAFirstOrderMethod) {
  for (const RuleInfo& m : first_order_methods()) {
    const std::string label = m.label();
    check({valley, start, label, {}, "value=0.7", "x=-1.3:-1.1,y=-inf:1.001"});
    check({valley, start, label + ",weight_decay=0.3", {}, "global=1"});
    check({valley, start, label + ",averaging=true,ema=0.9", {}, "norm=2", {}, {"y:weight_decay=0.1"}});
    if (!m.traits.uses_rate) continue;
    for (const char* schedule :
         {"step,every=2", "exponential,factor=0.9", "polynomial,power=2", "inverse_time,decay=0.1", "cosine,warmup=4",
          "one_cycle", "warm_restarts,period=3,multiply=2,min=1e-4", "plateau,patience=0,factor=0.5"})
      check({valley, start, label, schedule});
  }
  check({valley, start, "adamw,decoupling=schedule", "cosine"});
  check({"-x^2-y^4", start, "adam,lr=.1", {}, {}, {}, {}, {}, true});
  check({valley, start, "adam,lr=.1", {}, {}, {}, {"y:learning_rate=0.01"}});
  check({valley, start, "adam,amsgrad=true"});
  check({valley, start, "adam:inside,amsgrad=true"});
  check({valley, start, "adam:keras,amsgrad=true"});
  check({valley, start, "rmsprop,centered=true,momentum=0.5"});
  check({valley, start, "rmsprop:keras,centered=true"});
  check({valley, start, "momentum:torch,dampening=0.3"});
  check({valley, start, "adagrad,learning_rate_decay=0.3,initial_accumulator=0.2"});
  check({valley, start, "ftrl,l1=0.5,l2=0.1"});
}

TEST(ExplainUpdate, EveryDeterministicMethod) {
  for (const ItemInfo& m : deterministic_methods()) {
    const std::string label = m.card.name == "gd" ? "gd,line_search=weak-wolfe" : m.label();
    if (m.card.name == "sqp" || m.card.name == "auglag") {
      check({"(x-2)^2 + (y-1)^2", "x=2,y=2", label, {}, {}, {}, {}, {"x^2/4 + y^2 <= 1", "x - 2*y = -1"}});
      check({valley, start, label, {}, {}, "x=-1.5:0.5,y=-inf:2", {}, {"x^2 + y^2 <= 1", "x*y>=-3"}});
      continue;
    }
    check({valley, start, label});
    check({"(x-3)^4/10 + 2*y^2 + x*y + z^2*x^2 + exp(w-x) + (w+z)^2 + v^2", "x=-1.5,y=2,z=1,w=0.5,v=3", label});
  }
}

TEST(ExplainUpdate, SettingsOfDeterministicMethods) {
  for (const char* search : {"weak-wolfe", "wolfe", "hager-zhang", "armijo"})
    for (const char* method : {"gd", "lbfgs", "cg"}) check({valley, start, text::cat(method, ",line_search=", search)});
  check({valley, start, "lbfgs,memory=3"});
  for (const char* beta : {"cg:fr", "cg:dy", "cg:hz,memory=0"}) check({valley, start, text::cat(beta, ",restart=0")});
  // Where products of gradients would leave the range of numbers, they are made in another unit.
  for (const char* unit : {"1e-200", "1e200"})
    for (const char* method : {"gd,line_search=wolfe", "lbfgs", "cg", "cg:hz", "cg:fr,restart=0", "lbfgsb"})
      check({text::cat(unit, "*(", valley, ")"), start, method});
  for (const char* beta : {"cg:hz", "cg:pr+", "cg:hs"}) check({valley, start, text::cat(beta, ",memory=4")});
  check({valley, start, "lbfgsb", {}, {}, "x=-1.5:0.5,y=-inf:2"});
  check({"-x*y", "x=1,y=2", "lbfgsb", {}, {}, "x=0:2,y=0:3"});
  check({"1 - x^2 - y^2 + x", start, "lbfgs", {}, {}, {}, {}, {}, true});
}

TEST(ExplainUpdate, BeyondTheEndItSaysWhereAndWhy) {
  try {
    explained({"x^2", "x=10", "lbfgs"}, 61);
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("step=61 is beyond the end of the run, which made 60 steps (completed)"),
              std::string::npos)
        << e.what();
  }
  EXPECT_THROW(explained({"x^2", "x=10", "adam"}, 0), Error);
}

TEST(ExplainUpdate, ARunThatStandsStillSaysSo) {
  const auto words = [](const Update& u) { return std::get<std::string>(u.sections.at(0).blocks.at(0)); };
  EXPECT_EQ(words(explained({"x^2", "x=0", "lbfgs"}, 1)), "the gradient is exactly 0: there is nowhere to go");
  EXPECT_NE(words(explained({"-x*y", "x=2,y=3", "lbfgsb", {}, {}, "x=0:2,y=0:3"}, 7)).find("nothing can move"),
            std::string::npos);
}

TEST(ExplainUpdate, AdamHasItsTextbookLines) {
  const Update u = explained({"x^2", "x=10", "adam,lr=0.5"}, 1);
  EXPECT_EQ(find_equation(u.sections, "m₁")->value, 0.09999999999999998 * 20);
  EXPECT_DOUBLE_EQ(find_equation(u.sections, "m\xCC\x82₁")->value, 20);
  EXPECT_DOUBLE_EQ(find_equation(u.sections, "v\xCC\x82₁")->value, 400);
  const Equation* d = find_equation(u.sections, "Δx");
  EXPECT_EQ(d->symbols.plain, "−η·m\xCC\x82₁/(√v\xCC\x82₁ + ε)");
  EXPECT_EQ(d->symbols.latex, "-\\frac{\\eta  \\cdot \\hat{m}_{1}}{\\sqrt{\\hat{v}_{1}} + \\varepsilon }");
  EXPECT_NEAR(d->value, -0.5, 1e-8);
}

}  // namespace
}  // namespace talweg::explain
