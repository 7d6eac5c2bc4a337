#include "talweg/models/linear_objective.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/base/random.hpp"
#include "talweg/models/network_objective.hpp"
#include "talweg/models/whitening.hpp"

namespace talweg::models {
namespace {

/// The same random rows dense and sparse: half of them hold few cells, some none.
struct Rows {
  std::int64_t rows, columns;
  AlignedVector<double> dense;
  data::SparseRows sparse;
  std::vector<double> truth;

  Rows(std::int64_t n, std::int64_t d, std::size_t classes, bool ones, bool shifted)
      : rows(n), columns(d), dense(static_cast<std::size_t>(n * d)) {
    Random random(11);
    sparse.width = static_cast<std::size_t>(d);
    if (shifted)
      for (std::int64_t c = 0; c < d; ++c) sparse.shift.push_back(random.normal());
    for (std::int64_t r = 0; r < n; ++r) {
      for (std::int64_t c = 0; c < d; ++c) {
        double& cell = dense[static_cast<std::size_t>(r * d + c)];
        if (random.uniform() < 0.2 * static_cast<double>(r % 3)) {
          cell = ones ? 1 : random.normal();
          sparse.columns.push_back(static_cast<std::uint32_t>(c));
          if (!ones) sparse.values.push_back(cell);
        }
        if (shifted) cell -= sparse.shift[static_cast<std::size_t>(c)];
      }
      sparse.starts.push_back(sparse.columns.size());
      truth.push_back(classes == 0 ? std::abs(random.normal())
                                   : std::floor(random.uniform() * static_cast<double>(classes)));
    }
  }
  LinearInputs as_dense() const { return {rows, columns, dense.data(), nullptr}; }
  LinearInputs as_sparse() const { return LinearInputs::of(sparse); }
};

struct Case {
  std::string model, loss;
  data::Task task;
  std::size_t classes;
};

/// Every loss of the library, with a model that has it.
std::vector<Case> every_loss() {
  std::vector<Case> out;
  for (const Card& card : nn::losses()) {
    const std::string loss(card.name);
    const nn::Task task = nn::loss(loss).traits().task;
    if (task == nn::Task::classes)
      out.push_back({"softmax,l2=0.3", loss, data::Task::classes, 5});
    else if (task == nn::Task::binary)
      out.push_back({"logistic,l2=0.01,bias=regularized", loss, data::Task::binary, 2});
    else
      out.push_back({"linear,l2=0.1", loss, data::Task::regression, 0});
  }
  return out;
}
const std::vector<Case> cases = every_loss();

std::vector<double> random_point(std::size_t n) {
  Random random(3);
  std::vector<double> w(n);
  for (double& v : w) v = 0.3 * random.normal();
  return w;
}

/// The sums differ in their order only: each of the few thousand terms of size one adds a rounding.
constexpr double rounding = 1e-12;

TEST(LinearObjective, SparseAndDenseRowsHaveTheSameGradient) {
  for (const auto& [model, loss, task, classes] : cases)
    for (const bool ones : {false, true})
      for (const bool shifted : {false, true})
        for (const std::int64_t n : {1, 7, 257, 3000}) {
          const Rows data(n, 13, classes, ones, shifted);
          const ModelSpec spec = ModelSpec::parse(model);
          const Head head = Head::fit(task, loss, classes, data.truth);
          const auto targets = encode_targets<double>(head, data.truth);
          Pool pool(1);
          LinearObjective dense(spec, head, data.as_dense(), targets, pool);
          LinearObjective sparse(spec, head, data.as_sparse(), targets, pool);
          NetworkObjective network(spec, head, View<const double>(data.dense.data(), {n, 13}), targets, pool);
          const auto w = random_point(14 * head.outputs);
          std::vector<double> g(w.size()), h(w.size()), k(w.size());
          const double f = dense(w, g);
          EXPECT_NEAR(sparse(w, h), f, rounding * std::abs(f)) << model << n;
          EXPECT_NEAR(network(w, k), f, rounding * std::abs(f)) << model << n;
          for (std::size_t i = 0; i < g.size(); ++i) {
            EXPECT_NEAR(h[i], g[i], rounding) << model << " sparse, n = " << n << ", i = " << i;
            EXPECT_NEAR(k[i], g[i], rounding) << model << " network, n = " << n << ", i = " << i;
          }
        }
}

/// First-order methods differentiate the network, penalties included, where deterministic ones have the objective.
TEST(LinearObjective, IsWhatTheNetworkDifferentiates) {
  for (const auto& [model, loss, task, classes] : cases) {
    const Rows data(100, 13, classes, false, false);
    const ModelSpec spec = ModelSpec::parse(model);
    const Head head = Head::fit(task, loss, classes, data.truth);
    const auto targets = encode_targets<double>(head, data.truth);
    Pool pool(1);
    LinearObjective objective(spec, head, data.as_dense(), targets, pool);
    const auto w = random_point(14 * head.outputs);
    std::vector<double> g(w.size());
    const double f = objective(w, g);
    Model<double> network(spec, head, 13, 0);
    const auto p = network.network().parameters();
    std::copy(w.begin(), w.end(), p.values.begin());
    p.zero_gradients();
    nn::Targets<double> wanted{.classes = targets.classes};
    if (!targets.values.empty()) wanted.values = View<const double>(targets.values.data(), {100, 1});
    const double value = network.differentiate(View<const double>(data.dense.data(), {100, 13}), wanted);
    EXPECT_NEAR(value + objective.penalty(w), f, rounding * std::abs(f)) << model;
    for (std::size_t i = 0; i < g.size(); ++i) EXPECT_NEAR(p.gradients[i], g[i], rounding) << model << ", i = " << i;
  }
}

TEST(LinearObjective, TheGradientIsThatOfTheValue) {
  for (const auto& [model, loss, task, classes] : cases) {
    const Rows data(400, 6, classes, false, true);
    const ModelSpec spec = ModelSpec::parse(model);
    const Head head = Head::fit(task, loss, classes, data.truth);
    const auto targets = encode_targets<double>(head, data.truth);
    Pool pool(1);
    LinearObjective f(spec, head, data.as_sparse(), targets, pool);
    auto w = random_point(7 * head.outputs);
    std::vector<double> g(w.size()), ignored(w.size());
    f(w, g);
    for (std::size_t i = 0; i < w.size(); ++i) {
      constexpr double h = 1e-5;  // error h²·f''' and rounding 1e-16 / h: both below 1e-9
      const double at = w[i];
      w[i] = at + h;
      const double above = f(w, ignored);
      w[i] = at - h;
      const double below = f(w, ignored);
      w[i] = at;
      EXPECT_NEAR((above - below) / (2 * h), g[i], 1e-8) << model << ", i = " << i;
    }
  }
}

TEST(LinearObjective, HasTheSameBitsForEveryNumberOfThreads) {
  for (const auto& [model, loss, task, classes] : cases)
    for (const bool is_sparse : {false, true}) {
      const Rows data(20000, 13, classes, false, is_sparse);
      const ModelSpec spec = ModelSpec::parse(model);
      const Head head = Head::fit(task, loss, classes, data.truth);
      const auto targets = encode_targets<double>(head, data.truth);
      const auto w = random_point(14 * head.outputs);
      std::vector<double> first;
      for (const int threads : {1, 2, 8}) {
        Pool pool(threads);
        LinearObjective f(spec, head, is_sparse ? data.as_sparse() : data.as_dense(), targets, pool);
        std::vector<double> g(w.size() + 1), outputs(20000 * head.outputs);
        g.back() = f(w, std::span(g).first(w.size()));
        // In two pieces that end beside a block.
        const std::span<double> all(outputs);
        linear_outputs(pool, is_sparse ? data.as_sparse() : data.as_dense(), 0, w, all.first(12345 * head.outputs),
                       static_cast<std::int64_t>(head.outputs));
        linear_outputs(pool, is_sparse ? data.as_sparse() : data.as_dense(), 12345, w,
                       all.subspan(12345 * head.outputs), static_cast<std::int64_t>(head.outputs));
        const InputMoments m = input_moments(pool, is_sparse ? data.as_sparse() : data.as_dense(), 1000);
        g.insert(g.end(), m.correlation.begin(), m.correlation.end());
        g.insert(g.end(), outputs.begin(), outputs.end());
        if (first.empty()) first = g;
        EXPECT_TRUE(g == first) << model << " with " << threads << " threads";
      }
    }
}

/// E (x_i − mean_i)(x_j − mean_j) of dense rows, means behind them.
std::vector<double> covariance_of(const AlignedVector<double>& x, std::size_t rows, std::size_t n) {
  std::vector<double> m(n * n + n);
  for (std::size_t i = 0; i < rows * n; ++i) m[n * n + i % n] += x[i] / static_cast<double>(rows);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        m[i * n + j] += (x[r * n + i] - m[n * n + i]) * (x[r * n + j] - m[n * n + j]) / static_cast<double>(rows);
  return m;
}

TEST(InputMoments, AreThoseOfTheRowsDenseOrSparse) {
  Pool pool(1);
  for (const bool ones : {false, true})
    for (const bool shifted : {false, true}) {
      const Rows data(3001, 5, 0, ones, shifted);
      const auto c = covariance_of(data.dense, 3001, 5);
      EXPECT_TRUE(input_moments(pool, data.as_sparse(), 0).correlation.empty());
      for (const LinearInputs& x : {data.as_dense(), data.as_sparse()}) {
        const InputMoments m = input_moments(pool, x, 1000);
        ASSERT_EQ(m.correlation.size(), 25u);
        for (std::size_t i = 0; i < 5; ++i) {
          EXPECT_NEAR(m.mean[i], c[25 + i], rounding);
          EXPECT_NEAR(m.deviation[i], std::sqrt(c[i * 6]), rounding);
          for (std::size_t j = 0; j < 5; ++j)
            EXPECT_NEAR(m.correlation[i * 5 + j], c[i * 5 + j] / std::sqrt(c[i * 6] * c[j * 6]), rounding);
        }
      }
    }
}

/// x = 1.7e9 + i: the square of the place has more digits than double, and all of the place is in every row.
TEST(InputMoments, ArePreciseFarFromZeroAndInAnyUnit) {
  Pool pool(1);
  AlignedVector<double> x;
  data::SparseRows sparse{.width = 3};
  for (int i = 0; i < 600; ++i) {
    const double row[] = {1.7e9 + i, 1e200 * (i % 5), 1e-200 * i};
    for (std::uint32_t c = 0; c < 3; ++c) {
      x.push_back(row[c]);
      if (row[c] == 0) continue;
      sparse.columns.push_back(c);
      sparse.values.push_back(row[c]);
    }
    sparse.starts.push_back(sparse.columns.size());
  }
  const double deviation = std::sqrt((600.0 * 600 - 1) / 12);  // of 0 … 599
  for (const LinearInputs& in : {LinearInputs{600, 3, x.data(), nullptr}, LinearInputs::of(sparse)}) {
    const InputMoments m = input_moments(pool, in, 1000);
    EXPECT_NEAR(m.mean[0], 1.7e9 + 299.5, 1e-6);
    EXPECT_NEAR(m.deviation[0] / deviation, 1, rounding);
    EXPECT_NEAR(m.deviation[1] / 1e200, std::sqrt(2.0), rounding);
    EXPECT_NEAR(m.deviation[2] / 1e-200, deviation, 1e-9);
    EXPECT_NEAR(m.correlation[2 * 3 + 0], 1, rounding);
    EXPECT_NEAR(m.correlation[1 * 3 + 0], std::sqrt(2.0) / deviation, 1e-9);  // cov(i, i mod 5) = 2
  }
}

/// vᵀ(PᵀHP)v for a quadratic objective is |v|², and the gradient that is pulled back is v.
TEST(Whitening, MakesTheHessianAtZeroTheIdentity) {
  const Rows data(500, 4, 0, false, false);
  Pool pool(1);
  const InputMoments m = input_moments(pool, data.as_dense(), 1000);
  const auto c = covariance_of(data.dense, 500, 4);
  const auto full = [&](std::size_t i, std::size_t j) {  // E (x, 1)(x, 1)ᵀ
    const double a = i < 4 ? c[16 + i] : 1, b = j < 4 ? c[16 + j] : 1;
    return a * b + (i < 4 && j < 4 ? c[i * 4 + j] : 0);
  };
  for (const bool regularized_bias : {false, true}) {
    constexpr double curvature = 2, l2 = 0.05;
    const Whitening whitening(m, curvature, l2, regularized_bias, 3);
    const auto v = random_point(15);
    std::vector<double> w(15), hw(15);
    whitening.parameters(v, w);
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t o = 0; o < 3; ++o) {
        for (std::size_t j = 0; j < 5; ++j) hw[i * 3 + o] += curvature * full(i, j) * w[j * 3 + o];
        if (i < 4 || regularized_bias) hw[i * 3 + o] += l2 * w[i * 3 + o];
      }
    whitening.pull_back(hw);
    for (std::size_t i = 0; i < 15; ++i) EXPECT_NEAR(hw[i], v[i], 1e-12);
  }
}

/// Without correlations a column that another one repeats stays, but means and sizes are gone.
TEST(Whitening, OfTheDiagonalCentresAndScales) {
  const InputMoments m{.mean = {10, 0}, .deviation = {2, 1000}, .correlation = {}};
  const Whitening whitening(m, 0.25, 0, false, 1);
  std::vector<double> w(3), g{0, 0, 1};
  whitening.parameters(std::vector<double>{1, 1, 0}, w);
  EXPECT_NEAR(w[0], 1, 1e-12);     // 1 / √(¼·2²)
  EXPECT_NEAR(w[1], 2e-3, 1e-15);  // 1 / √(¼·1000²)
  EXPECT_NEAR(w[2], -10, 1e-12);   // the bias at the mean stays
  whitening.pull_back(g);
  EXPECT_NEAR(g[0], -10, 1e-12);
  EXPECT_NEAR(g[2], 2, 1e-12);
}

}  // namespace
}  // namespace talweg::models
