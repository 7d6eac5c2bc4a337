#pragma once
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "talweg/api/race/subject.hpp"
#include "talweg/base/random.hpp"

/// The problems on which the advice is scored: formulas, test problems, and data, small and large, dense and sparse.
namespace bench {

using talweg::api::Subject;

struct Case {
  std::string name;
  std::int64_t budget;
  bool rows;  ///< data, not a function
  bool seen;  ///< the rules were written with this one in view; the others are held out
  std::function<Subject()> make;
};

/// Rows of a made-up regression or two-class problem.
struct Made {
  std::string model = "linear";
  std::size_t rows = 1000, columns = 20;
  double noise = 0.1;      ///< deviation of the target around the plane, or of the score before the class is drawn
  double spread = 1;       ///< largest over smallest scale of the columns: the condition is its square
  double share = 1;        ///< of cells that are not 0
  double correlation = 0;  ///< between neighbouring columns
  bool classes = false, curved = false;
  std::uint64_t seed = 1;
};

inline Subject made(const std::string& name, const Made& m) {
  using namespace talweg;
  Random random(m.seed);
  compare::DataTask task;
  task.spec = models::ModelSpec::parse(m.model);
  auto& e = task.rows;
  e.rows = m.rows;
  e.inputs = m.columns;
  std::vector<double> w(m.columns), row(m.columns);
  for (double& v : w) v = random.normal() / std::sqrt(double(m.columns) * m.share);
  for (std::size_t r = 0; r < m.rows; ++r) {
    double y = 0, before = 0;
    for (std::size_t c = 0; c < m.columns; ++c) {
      const double z = m.correlation * before + std::sqrt(1 - m.correlation * m.correlation) * random.normal();
      before = z;
      const double scale = std::pow(m.spread, -double(c) / double(std::max<std::size_t>(1, m.columns - 1)));
      row[c] = random.uniform() < m.share ? z * scale : 0;
      y += w[c] * row[c] / scale;
    }
    if (m.curved) y = std::sin(2 * y) + 0.3 * row[0] * row[m.columns - 1];
    y += m.noise * random.normal();
    e.x.insert(e.x.end(), row.begin(), row.end());
    e.truth.push_back(m.classes ? double(y > 0) : y);
  }
  const auto kind = m.classes ? data::Task::binary : data::Task::regression;
  const std::string loss(models::default_loss(kind));
  task.head = models::Head::fit(kind, loss, m.classes ? 2 : 0, e.truth);
  e.targets = models::encode_targets<double>(task.head, e.truth);
  Subject s;
  s.kind = Subject::Kind::data;
  s.name = name;
  s.task = m.classes ? "2 classes" : "regression";
  s.columns = m.columns;
  s.data = std::make_unique<compare::DataCourse>(std::move(task));
  return s;
}

inline std::vector<Case> cases(const std::string& data) {
  std::vector<Case> all;
  const auto problem = [&](const std::string& name, bool seen) {
    all.push_back({name, 2000, false, seen, [name] { return talweg::api::read_subject({.problem = name}); }});
  };
  const auto formula = [&](const std::string& f, const std::string& start, bool seen, const std::string& bounds = "",
                           std::vector<std::string> constraints = {}) {
    all.push_back({f, 2000, false, seen, [=] {
                     return talweg::api::read_subject(
                         {.what = f, .start = start, .bounds = bounds, .constraints = constraints});
                   }});
  };
  const auto rows = [&](const std::string& name, const Made& m, double passes, bool seen) {
    all.push_back({name, std::int64_t(passes * double(m.rows)), true, seen, [=] { return made(name, m); }});
  };
  const auto file = [&](const std::string& name, const std::string& target, const std::string& model, double passes,
                        std::size_t count, bool seen) {
    all.push_back({name + " " + model, std::int64_t(passes * double(count)), true, seen, [=] {
                     return talweg::api::read_subject({.what = data + "/" + name, .target = target, .model = model});
                   }});
  };
  // In view when the rules were written: functions,
  problem("rosenbrock", true);
  problem("powell_badly_scaled", true);
  problem("brown_badly_scaled", true);
  problem("beale", true);
  problem("helical_valley", true);
  problem("gaussian", true);
  problem("box_3d", true);
  problem("powell_singular", true);
  problem("wood", true);
  problem("kowalik_osborne", true);
  problem("biggs_exp6", true);
  problem("watson_6", true);
  problem("extended_rosenbrock_10", true);
  problem("trigonometric_10", true);
  problem("broyden_tridiagonal_10", true);
  formula("x^2 + 100*y^2 + 10000*z^2", "x=1,y=1,z=1", true);
  formula("x^2 + 3*x*y + 4*y^2 - x - y", "x=5,y=-3", true);
  formula("abs(x) + 3*abs(y-1) + x^2/10", "x=4,y=-2", true);
  formula("max(x^2 + y^4, (2-x)^2 + (2-y)^2)", "x=3,y=-2", true);
  formula("20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)", "x=2.2,y=-1.7", true);
  formula("log(1+exp(-x-2*y)) + log(1+exp(x-y)) + 0.05*(x^2+y^2)", "x=2,y=2", true);
  formula("100*(y-x^2)^2+(1-x)^2", "x=-1.2,y=1", true, "x=-2:0.5,y=-1:2");
  formula("(x-3)^2 + (y+1)^2 + x*y", "x=0,y=0", true, "x=0:2,y=0:5");
  formula("x+y", "x=2,y=1", true, "", {"x^2+y^2<=2"});
  formula("(x-2)^2 + (y-1)^2", "x=2,y=2", true, "", {"x-2*y+1=0", "1-x^2/4-y^2>=0"});
  // few rows,
  file("iris.csv", "species", "softmax", 40, 150, true);
  file("iris.csv", "species", "mlp:16", 40, 150, true);
  file("digits.csv", "digit", "softmax", 20, 1797, true);
  file("digits.csv", "digit", "mlp:32", 20, 1797, true);
  file("digits.csv", "digit", "mlp:32,activation=tanh", 20, 1797, true);
  rows("least squares, 500 rows", {.rows = 500}, 30, true);
  rows("least squares, ill-conditioned", {.rows = 500, .spread = 30}, 60, true);
  rows("least squares, correlated columns", {.rows = 800, .columns = 30, .correlation = 0.95}, 40, true);
  rows("least squares, all noise", {.rows = 500, .noise = 5}, 30, true);
  rows("two classes, 600 rows", {.model = "logistic", .rows = 600, .noise = 0.5, .classes = true}, 40, true);
  rows("two classes, sparse",
       {.model = "logistic", .rows = 3000, .columns = 200, .noise = 0.5, .share = 0.02, .classes = true}, 6, true);
  rows("least squares, sparse", {.rows = 3000, .columns = 200, .share = 0.02}, 6, true);
  // many rows, and few passes over them.
  rows("least squares, 20000 rows, 3 passes", {.rows = 20000, .columns = 20}, 3, true);
  rows("least squares, 20000 noisy rows, 3 passes", {.rows = 20000, .columns = 20, .noise = 3}, 3, true);
  rows("two classes, 20000 rows, 3 passes", {.model = "logistic", .rows = 20000, .noise = 0.5, .classes = true}, 3,
       true);
  rows("two classes, 20000 sparse rows, 3 passes",
       {.model = "logistic", .rows = 20000, .columns = 100, .noise = 0.5, .share = 0.05, .classes = true}, 3, true);
  rows("curve by a network, 2000 rows", {.model = "mlp:32", .rows = 2000, .columns = 5, .curved = true}, 20, true);
  rows("curve by a tanh network, 300 rows",
       {.model = "mlp:16,activation=tanh", .rows = 300, .columns = 4, .curved = true}, 60, true);
  rows("curve by a network, 10000 rows, 5 passes", {.model = "mlp:32", .rows = 10000, .columns = 5, .curved = true}, 5,
       true);
  // Held out: first raced when the rules were done.
  for (const char* name :
       {"freudenstein_roth", "jennrich_sampson", "bard", "osborne_1", "penalty_1_10", "variably_dimensioned_10",
        "chebyquad_8", "extended_powell_20", "zakharov", "raydan_1", "perturbed_quadratic", "hs38", "hs45", "hs71"})
    problem(name, false);
  formula("exp(x+3*y-0.1) + exp(x-3*y-0.1) + exp(-x-0.1)", "x=1,y=1", false);
  formula("sqrt(1+x^2) + sqrt(1+(y-2)^2) + 0.1*x*y", "x=6,y=-5", false);
  file("iris.csv", "species", "mlp:8,8", 30, 150, false);
  file("digits.csv", "digit", "mlp:64", 8, 1797, false);
  rows("two classes, 1500 rows, 10 passes",
       {.model = "logistic", .rows = 1500, .columns = 10, .noise = 1, .classes = true, .seed = 7}, 10, false);
  rows("least squares, 5000 correlated rows, 5 passes", {.rows = 5000, .columns = 60, .correlation = 0.8, .seed = 8}, 5,
       false);
  rows("least squares, 2000 sparse rows", {.rows = 2000, .columns = 300, .noise = 0.3, .share = 0.03, .seed = 9}, 10,
       false);
  rows("least squares, 200 rows", {.rows = 200, .columns = 40, .noise = 0.3, .spread = 5, .seed = 10}, 50, false);
  rows("two curved classes by a network, 3000 rows",
       {.model = "mlp:24", .rows = 3000, .columns = 6, .classes = true, .curved = true, .seed = 11}, 15, false);
  rows("curve by a network, 1000 rows, 40 passes",
       {.model = "mlp:24", .rows = 1000, .columns = 4, .curved = true, .seed = 12}, 40, false);
  rows("curve by a deep network, 4000 rows",
       {.model = "mlp:16,16", .rows = 4000, .columns = 6, .noise = 0.3, .curved = true, .seed = 13}, 10, false);
  rows("two classes by softplus, 400 rows",
       {.model = "mlp:12,activation=softplus", .rows = 400, .columns = 5, .classes = true, .curved = true, .seed = 14},
       50, false);
  return all;
}

}  // namespace bench
