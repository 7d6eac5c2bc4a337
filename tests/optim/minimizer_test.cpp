// Runs that are saved and taken up again: the same to the last bit, whatever the method and wherever it was
// interrupted.
#include "talweg/optim/minimizer.hpp"

#include <bit>
#include <cmath>

#include <gtest/gtest.h>

#include "optim/deterministic/specs.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg {
namespace {

using problems::Problem;
using testing::contains;
using testing::message_of;
using Vec = std::vector<double>;
using Bits = std::vector<std::uint64_t>;

void add(Bits& bits, double v) { bits.push_back(std::bit_cast<std::uint64_t>(v)); }
void add(Bits& bits, std::span<const double> v) {
  bits.push_back(v.size());
  for (const double x : v) add(bits, x);
}

/// All that a listener sees of an iteration.
Bits row(const Iteration& i) {
  Bits bits{static_cast<std::uint64_t>(i.iteration)};
  add(bits, i.x), add(bits, i.value), add(bits, i.gradient), add(bits, i.gradient_norm);
  for (const std::int64_t n : {i.evaluations.function, i.evaluations.gradient, i.evaluations.check})
    bits.push_back(static_cast<std::uint64_t>(n));
  if (i.iteration > 0)
    for (const Observation& o : i.state()) add(bits, o.values);
  return bits;
}

Bits bits_of(const Result& r) {
  Bits bits{static_cast<std::uint64_t>(r.status),
            static_cast<std::uint64_t>(r.iterations),
            static_cast<std::uint64_t>(r.evaluations.function),
            static_cast<std::uint64_t>(r.evaluations.gradient),
            static_cast<std::uint64_t>(r.evaluations.check),
            static_cast<std::uint64_t>(r.certificate.kind),
            static_cast<std::uint64_t>(r.certificate.checked),
            r.feasible};
  for (const auto& v : {r.x, r.gradient, r.last_x, r.multipliers}) add(bits, v);
  for (const double v :
       {r.value, r.gradient_norm, r.last_value, r.constraint_violation, r.certificate.smallest_curvature})
    add(bits, v);
  for (const Observation& o : r.details) add(bits, o.values);
  return bits;
}

void expect_equal(const Result& r, const Result& wanted) {
  EXPECT_EQ(r.message, wanted.message);
  EXPECT_EQ(r.optimizer, wanted.optimizer);
  EXPECT_EQ(bits_of(r), bits_of(wanted));
}

/// A function, where to begin, and how.
struct Case {
  std::string name;
  Function f;
  Vec start;
  Options options;
  Method method;
};

Case case_of(const Problem& p, const Method& method) {
  Options o{.max_iterations = 200, .bounds = p.bounds, .constraints = p.constraints};
  return {p.name + ", " + method->traits().spec, p.function, p.start, std::move(o), method};
}

/// Somewhere along the run, early ones more often.
bool looked_at(std::int64_t k) { return k < 3 || k == 5 || k == 14 || k == 41 || k == 140; }

std::string saved(const Minimizer& m) {
  Archive archive;
  m.save(archive);
  return archive.bytes();
}

struct Whole {
  std::vector<Bits> rows;
  Result result;
};

Whole run_whole(const Case& c) {
  Whole whole;
  Options o = c.options;
  o.on_iteration = [&](const Iteration& i) { whole.rows.push_back(row(i)); };
  Minimizer m(c.f, c.start, c.method, o);
  while (m.step() == Status::running) continue;
  whole.result = m.result();
  return whole;
}

/// Takes up `bytes`, which were saved when `made` rows had been told.
void expect_the_same_end(const Case& c, const std::string& bytes, std::size_t made, const Whole& whole) {
  Options o = c.options;
  std::vector<Bits> rows;
  o.on_iteration = [&](const Iteration& i) { rows.push_back(row(i)); };
  Minimizer m(c.f, c.start, c.method, o);
  m.load(Archive::parse(bytes, "saved"));
  while (m.step() == Status::running) continue;
  ASSERT_EQ(rows.size() + made, whole.rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i], whole.rows[made + i]) << "row " << made + i;
  expect_equal(m.result(), whole.result);
}

/// After so many steps, in a new process, as it were.
void interrupt_between_steps(const Case& c, const Whole& whole) {
  std::size_t rows = 0;
  Options o = c.options;
  o.on_iteration = [&](const Iteration&) { ++rows; };
  Minimizer m(c.f, c.start, c.method, o);
  for (std::int64_t k = 0; m.step() == Status::running; ++k)
    if (m.can_save() && looked_at(k)) {
      expect_the_same_end(c, saved(m), rows, whole);
      if (::testing::Test::HasFailure()) return;
    }
  if (m.can_save()) expect_the_same_end(c, saved(m), rows, whole);
}

/// By a caller who stops the run in the midst of it, or by a limit.
void interrupt_from_outside(const Case& c, const Whole& whole) {
  for (std::size_t k = 0; k < whole.rows.size(); ++k) {
    if (k != 1 && k != 4 && k != 17 && k + 1 != whole.rows.size()) continue;
    Options o = c.options;
    o.on_iteration = [&](const Iteration& i) { return i.iteration == static_cast<std::int64_t>(k); };
    Minimizer m(c.f, c.start, c.method, o);
    while (m.step() == Status::running) continue;
    if (m.status() == Status::stopped_by_caller) expect_the_same_end(c, saved(m), k + 1, whole);
    if (!m.can_save() || c.method->traits().first_order) continue;
    o.on_iteration = {};
    o.max_iterations = static_cast<std::int64_t>(k);
    Minimizer shorter(c.f, c.start, c.method, o);
    while (shorter.step() == Status::running) continue;
    if (shorter.result().status == Status::iteration_limit &&
        shorter.result().iterations == static_cast<std::int64_t>(k))
      expect_the_same_end(c, saved(shorter), k + 1, whole);
    if (::testing::Test::HasFailure()) return;
  }
}

void expect_resumable(const Case& c) {
  SCOPED_TRACE(c.name);
  const Whole whole = run_whole(c);
  interrupt_between_steps(c, whole);
  interrupt_from_outside(c, whole);
}

class Resumed : public ::testing::TestWithParam<const char*> {};

TEST_P(Resumed, FromAnywhereOnEveryProblemComesToTheSameBits) {
  const Method method = *parse_deterministic(GetParam());
  const MethodTraits traits = method->traits();
  // A fifth of the problems each; the line searches and variants together see them all.
  std::size_t turn = 0;
  for (const char* spec = GetParam(); *spec != 0; ++spec) turn += static_cast<std::size_t>(*spec);
  for (const Problem& p : problems::all()) {
    if ((!p.bounds.empty() && !traits.bounds) || (!p.constraints.empty() && !traits.constraints)) continue;
    if (++turn % 5 == 0 && p.n() <= 60) expect_resumable(case_of(p, method));
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, Resumed, ::testing::ValuesIn(every_spec), spec_name);

double valley(std::span<const double> x, std::span<double> g) {
  const double bend = x[1] - x[0] * x[0];
  g[0] = -400 * x[0] * bend - 2 * (1 - x[0]);
  g[1] = 200 * bend;
  return 100 * bend * bend + (1 - x[0]) * (1 - x[0]);
}

TEST(ResumedRun, OfEveryRuleWithSchedulesClipsAndAverages) {
  for (const RuleInfo& info : first_order_methods())
    for (const char* schedule : {"constant", "cosine", "plateau,patience=2"})
      for (const bool boxed : {false, true}) {
        if (!info.traits.uses_rate && std::string_view(schedule) != "constant") continue;
        FirstOrder rule = FirstOrder::parse(info.label());
        rule.schedule = Schedule::parse(schedule);
        rule.averaging = boxed && !rule.decoupled();
        if (boxed) rule.clip = Clip::parse("norm=0.5");
        Options o{.max_iterations = 120};
        if (boxed) o.bounds = {Vec{-2, -2}, Vec{0.5, 2}};
        expect_resumable({text::cat(info.label(), " ", schedule), valley, {-1.2, 1}, o, Method(rule)});
        if (HasFailure()) return;
      }
}

TEST(ResumedRun, OfSaddlesCliffsAndMaxima) {
  const Function saddle = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * x[0], g[1] = -2 * x[1] + 4 * x[1] * x[1] * x[1];
    return x[0] * x[0] - x[1] * x[1] + x[1] * x[1] * x[1] * x[1];
  };
  const Function root = [](std::span<const double> x, std::span<double> g) {
    g[0] = 0.5 / std::sqrt(x[0]), g[1] = 4 * (x[1] - 2) * (x[1] - 2) * (x[1] - 2);
    return std::sqrt(x[0]) + (x[1] - 2) * (x[1] - 2) * (x[1] - 2) * (x[1] - 2);
  };
  const Function hill = [&](std::span<const double> x, std::span<double> g) {
    const double f = valley(x, g);
    g[0] = -g[0], g[1] = -g[1];
    return -f;
  };
  const Function quartic = [](std::span<const double> x, std::span<double> g) {
    double f = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      f += std::pow(x[i], 4) * std::pow(10.0, 2 * i), g[i] = 4 * std::pow(x[i], 3) * std::pow(10.0, 2 * i);
    return f;
  };
  for (const char* spec : every_spec) {
    const Method method = *parse_deterministic(spec);
    const Options plain{.max_iterations = 300};
    expect_resumable({text::cat("saddle, ", spec), saddle, {1, 0}, plain, method});
    expect_resumable({text::cat("quartic, ", spec), quartic, {1, 2, -1}, plain, method});
    expect_resumable({text::cat("hill, ", spec), hill, {-1.2, 1}, {.max_iterations = 300, .maximize = true}, method});
    if (!method->traits().bounds) continue;
    expect_resumable(
        {text::cat("root, ", spec), root, {1, 1}, {.max_iterations = 300, .bounds = {Vec{0, 0}, Vec{4, 4}}}, method});
  }
}

/// What is said to a run that is to take up another one's state, after which it has to come to its own end.
std::string refusal(const Archive& archive, Function f, Vec start, const Method& method, const Options& options) {
  Minimizer m(f, start, method, options), untouched(f, start, method, options);
  for (int k = 0; k < 3; ++k) m.step(), untouched.step();
  const std::string said = message_of<Error>([&] { m.load(archive); });
  while (m.step() == Status::running) continue;
  while (untouched.step() == Status::running) continue;
  expect_equal(m.result(), untouched.result());
  EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  return said;
}

Archive after_four_steps(const Method& method, const Options& options = {}) {
  Minimizer m(valley, {-1.2, 1}, method, options);
  for (int k = 0; k < 5; ++k) m.step();
  Archive archive;
  m.save(archive);
  return archive;
}

TEST(ResumedRun, OfAnotherKindIsRefusedByName) {
  const Archive lbfgs = after_four_steps(Lbfgs{});
  const Vec start{-1.2, 1};
  EXPECT_TRUE(contains(refusal(lbfgs, valley, start, ConjugateGradient{}, {}), "the saved run has method lbfgs"));
  EXPECT_TRUE(contains(refusal(lbfgs, valley, start, Lbfgs{.memory = 3}, {}), "the saved run has method lbfgs"));
  EXPECT_TRUE(contains(refusal(lbfgs, valley, {-1.2, 1, 0}, Lbfgs{}, {}), "has variables 2, not 3"));
  EXPECT_TRUE(contains(refusal(lbfgs, valley, {-1.2, 2}, Lbfgs{}, {}), "has 1 as number 2 of x0, not 2"));
  EXPECT_TRUE(contains(refusal(lbfgs, valley, start, Lbfgs{}, {.tolerance = 1e-4}), "has tolerance 1e-08, not 1e-04"));
  EXPECT_TRUE(
      contains(refusal(lbfgs, valley, start, Lbfgs{}, {.gradient_tolerance = 1e-4}), "gradient_tolerance none"));
  EXPECT_TRUE(contains(refusal(lbfgs, valley, start, Lbfgs{}, {.target_value = 1}), "target_value none, not 1"));
  EXPECT_TRUE(contains(refusal(lbfgs, valley, start, Lbfgs{}, {.maximize = true}), "maximize no, not yes"));
  EXPECT_TRUE(contains(refusal(lbfgs, valley, start, Lbfgs{}, {.check_curvature = false}), "check_curvature yes"));
  const Archive boxed = after_four_steps(Lbfgsb{}, {.bounds = {Vec{-2, -2}, Vec{2, 2}}});
  EXPECT_TRUE(contains(refusal(boxed, valley, start, Lbfgsb{}, {}), "has bounds yes, not no"));
  EXPECT_TRUE(contains(refusal(boxed, valley, start, Lbfgsb{}, {.bounds = {Vec{-2, -3}, Vec{2, 2}}}),
                       "has -2 as number 2 of the bounds, not -3"));
  FirstOrder rule = FirstOrder::parse("adam");
  rule.schedule = Schedule::parse("cosine");
  const Archive scheduled = after_four_steps(Method(rule), {.max_iterations = 50});
  EXPECT_TRUE(contains(refusal(scheduled, valley, start, Method(rule), {.max_iterations = 60}), "has schedule cosine"));
  EXPECT_TRUE(contains(refusal(Archive(), valley, start, Lbfgs{}, {}), "is missing"));
}

TEST(ResumedRun, OfDamagedBytesIsRefused) {
  for (const Method& method : {Method(Lbfgs{}), Method(Sqp{}), Method(Adam{})}) {
    const Archive good = after_four_steps(method);
    for (const auto& damaged : good.entries())
      for (const std::size_t size : {std::size_t{0}, damaged.bytes.size() / 2, damaged.bytes.size() + 8}) {
        Archive bad;
        for (const auto& e : good.entries()) {
          std::string bytes = e.bytes;
          if (e.name == damaged.name) bytes.resize(e.type == Archive::Type::float64 ? size / 8 * 8 : size);
          if (e.type != Archive::Type::float64) {
            bad.put(e.name, std::string_view(bytes));
            continue;
          }
          Vec values = good.doubles(e.name);
          values.resize(bytes.size() / 8);
          bad.put(e.name, values);
        }
        if (bad == good) continue;
        EXPECT_TRUE(contains(refusal(bad, valley, {-1.2, 1}, method, {}), damaged.name)) << damaged.name << " " << size;
      }
  }
}

TEST(ResumedRun, IsSavedOnlyBetweenIterationsAndWhileItsNumbersAreFinite) {
  const auto refused = [](const Minimizer& m) {
    Archive archive;
    EXPECT_FALSE(m.can_save());
    EXPECT_TRUE(contains(message_of<Error>([&] { m.save(archive); }), "the run cannot be saved"));
    EXPECT_TRUE(archive.entries().empty());
  };
  Minimizer fresh(valley, {-1.2, 1}, Lbfgs{});
  refused(fresh);
  const Minimizer* watched = nullptr;
  int looks = 0;
  Minimizer m(valley, {-1.2, 1}, Lbfgs{}, {.on_iteration = [&](const Iteration&) { refused(*watched), ++looks; }});
  watched = &m;
  for (int k = 0; k < 3; ++k) {
    m.step();
    EXPECT_TRUE(m.can_save());
  }
  EXPECT_EQ(looks, 3);
  Minimizer spent(valley, {-1.2, 1}, Lbfgs{}, {.max_evaluations = 7});
  while (spent.step() == Status::running) continue;
  EXPECT_EQ(spent.status(), Status::evaluation_limit);
  refused(spent);
  const Function broken = [](std::span<const double> x, std::span<double> g) {
    g[0] = 1;
    return x[0] < -3 ? std::nan("") : x[0];
  };
  Minimizer lost(broken, {0}, Sgd{.learning_rate = 1});
  while (lost.step() == Status::running) EXPECT_TRUE(lost.can_save());
  refused(lost);
}

}  // namespace
}  // namespace talweg
