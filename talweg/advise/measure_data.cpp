#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/advise/kinks.hpp"
#include "talweg/advise/measure.hpp"
#include "talweg/base/random.hpp"
#include "talweg/optim/optimizer.hpp"

namespace talweg::advise {

namespace {

using Vec = std::vector<double>;
using Rows = train::Examples<double>;
using Model = models::Model<double>;

constexpr std::size_t most_rows = 2000, most_examples = 256, line_rows = 500;
constexpr int products = 20, batches_measured = 4, lines = 2;
constexpr int pairs_kept = 10;  // by L-BFGS
constexpr std::uint64_t seed = 20;

/// `count` of the rows, drawn without repetition.
Rows drawn(const Rows& all, std::size_t count, Random& random) {
  std::vector<std::uint32_t> order(all.rows);
  std::iota(order.begin(), order.end(), 0u);
  random.shuffle(std::span(order));
  order.resize(std::min(count, all.rows));
  Rows some;
  some.gather(all, order);
  some.gather_figures(all, order);
  return some;
}

double norm_squared(std::span<const double> v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return sum;
}

/// The loss of some rows as the network counts it: not in the target's unit, since rates are not either.
class Loss {
 public:
  Loss(Model& model, const Rows& rows) : model_(model), rows_(rows), unit_(model.head().loss_unit()) {}
  Vec gradient(std::span<const double> x) {
    Vec g(x.size());
    (void)compare::objective(model_, rows_, x, g);
    for (double& v : g) v /= unit_;
    return g;
  }
  void product(const Vec& x, std::span<const double> v, std::span<double> out) {
    const double h = 1e-5 * std::max(1.0, std::sqrt(norm_squared(x))) / std::sqrt(norm_squared(v));
    Vec up = x, down = x;
    for (std::size_t i = 0; i < x.size(); ++i) up[i] += h * v[i], down[i] -= h * v[i];
    const Vec a = gradient(up), b = gradient(down);
    for (std::size_t i = 0; i < x.size(); ++i) out[i] = (a[i] - b[i]) / (2 * h);
  }
  Spectrum spectrum(const Vec& x, int steps) {
    return lanczos([&](std::span<const double> v, std::span<double> out) { product(x, v, out); }, x.size(), steps,
                   seed);
  }

 private:
  Model& model_;
  const Rows& rows_;
  double unit_;
};

/// tr Σ / |G|²: the batch size at which the noise of a gradient is as large as the gradient (McCandlish et al. 2018,
/// the "simple" noise scale), from the gradients of single examples.
double noise_scale(Model& model, const Rows& all, const Vec& x, Random& random) {
  const std::size_t count = std::min(most_examples, all.rows);
  if (count < 2) return 0;
  Vec mean(x.size());
  double squares = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const Rows one = drawn(all, 1, random);
    const Vec g = Loss(model, one).gradient(x);
    for (std::size_t i = 0; i < g.size(); ++i) mean[i] += g[i] / double(count);
    squares += norm_squared(g) / double(count);
  }
  const double spread = (squares - norm_squared(mean)) * double(count) / double(count - 1);
  const double signal = norm_squared(mean) - spread / double(count);  // without the part that is noise itself
  // A gradient that drowns in the noise of so many examples: the scale is at least this.
  return signal > spread / double(count) ? spread / signal : double(count);
}

/// The parameters after a pass of Adam over some rows: away from the start, where everything is steep.
Vec after_a_pass(Model& model, const Rows& rows, Vec x, std::size_t batch, Random& random) {
  Optimizer<double> optimizer(FirstOrder::parse("adam,learning_rate=0.01"), x.size());
  const std::size_t steps = std::max<std::size_t>(20, rows.rows / batch);
  for (std::size_t s = 0; s < steps; ++s) {
    const Rows some = drawn(rows, batch, random);
    optimizer.step(x, Loss(model, some).gradient(x));
  }
  return x;
}

int kinked_lines(Model& model, const Rows& rows, const Vec& x, Random& random) {
  int found = 0;
  Loss loss(model, rows);
  for (int k = 0; k < lines; ++k) {
    Vec d(x.size());
    for (double& c : d) c = random.normal();
    const double scale = std::max(1.0, std::sqrt(norm_squared(x))) / std::sqrt(norm_squared(d));
    for (double& c : d) c *= scale;
    found += shape_of_line([&](double t) {
               Vec at = x;
               for (std::size_t i = 0; i < at.size(); ++i) at[i] += (t - 0.5) * d[i];
               const Vec g = loss.gradient(at);
               return std::inner_product(g.begin(), g.end(), d.begin(), 0.0);
             }).kink;
  }
  return found;
}

}  // namespace

DataFacts measure(const compare::DataTask& task, std::int64_t evaluations) {
  Model model(task.spec, task.head, task.rows.inputs, 1);
  const auto values = model.network().parameters().values;
  const Vec start(values.begin(), values.end());
  Random random(seed);
  DataFacts facts;
  facts.rows = task.rows.rows;
  facts.inputs = task.rows.inputs;
  facts.batch = std::min(task.batch, task.rows.rows);
  facts.parameters = model.network().parameter_count();
  facts.nonzeros = double(std::count_if(task.rows.x.begin(), task.rows.x.end(), [](double v) { return v != 0; })) /
                   double(std::max<std::size_t>(1, task.rows.x.size()));
  facts.convex = task.spec.hidden.empty();
  facts.quadratic = facts.convex && task.head.traits().quadratic();
  facts.passes = double(evaluations) / double(facts.rows);
  facts.steps_per_pass = std::ceil(double(facts.rows) / double(facts.batch));
  facts.data_bytes = std::int64_t(task.rows.x.size() * sizeof(double));
  facts.lbfgs_bytes = 2 * pairs_kept * facts.parameters * std::int64_t(sizeof(double));

  const Rows some = drawn(task.rows, most_rows, random);
  facts.curvature = Loss(model, some).spectrum(start, products);
  for (int k = 0; k < batches_measured; ++k) {
    const Rows batch = drawn(task.rows, facts.batch, random);
    facts.batch_curvature = std::max(facts.batch_curvature, Loss(model, batch).spectrum(start, products / 2).largest);
  }
  facts.noise = noise_scale(model, task.rows, start, random);
  const Vec later = after_a_pass(model, some, start, facts.batch, random);
  facts.noise_later = noise_scale(model, task.rows, later, random);
  facts.lines = lines;
  facts.kinked = kinked_lines(model, drawn(task.rows, line_rows, random), later, random);
  return facts;
}

}  // namespace talweg::advise
