#include "talweg/optim/deterministic/conjugate_gradient.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/deterministic/linear_cg.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {
namespace {

using Vec = std::vector<double>;

/// A = QᵀDQ + I, dense, symmetric positive definite, with eigenvalues up to about `spread`.
struct Matrix {
  std::size_t n;
  std::vector<Vec> a;

  Matrix(std::size_t size, double spread, std::uint64_t seed) : n(size), a(size, Vec(size)) {
    Random random(seed);
    std::vector<Vec> q(n, Vec(n));
    for (Vec& row : q)
      for (double& v : row) v = random.uniform(-1, 1);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        a[i][j] = i == j;
        for (std::size_t k = 0; k < n; ++k) a[i][j] += q[k][i] * q[k][j] * spread / static_cast<double>(n);
      }
  }
  void operator()(std::span<const double> v, std::span<double> out) const {
    for (std::size_t i = 0; i < n; ++i) {
      out[i] = 0;
      for (std::size_t j = 0; j < n; ++j) out[i] += a[i][j] * v[j];
    }
  }
};

Function quadratic(const Matrix& a) {  // ½x'Ax − b'x with b = 1
  return [&a](std::span<const double> x, std::span<double> g) {
    a(x, g);
    double f = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      f += x[i] * (0.5 * g[i] - 1);
      g[i] -= 1;
    }
    return f;
  };
}

TEST(ConjugateGradient, EndsWithinNStepsOnAQuadraticWithEveryBeta) {
  for (const Beta beta :
       {Beta::hager_zhang, Beta::fletcher_reeves, Beta::polak_ribiere, Beta::hestenes_stiefel, Beta::dai_yuan})
    for (const int memory : {0, 3, 10})
      for (const std::size_t n : {1u, 2u, 5u, 10u, 20u}) {
        if (memory > 0 && (beta == Beta::fletcher_reeves || beta == Beta::dai_yuan)) continue;  // refused
        const Matrix a(n, 10, n);
        // The certificate would add an iteration of its own, a step of Newton's method.
        const Result r = minimize(quadratic(a), Vec(n, 0.0), ConjugateGradient{.beta = beta, .memory = memory},
                                  {.check_curvature = false});
        EXPECT_TRUE(r.success()) << r.message;
        EXPECT_LE(r.iterations, static_cast<std::int64_t>(n)) << "beta " << int(beta) << " n " << n;
        EXPECT_LE(r.evaluations.function, 2 * static_cast<std::int64_t>(n) + 2);
      }
}

TEST(ConjugateGradient, ItsIteratesOnAQuadraticAreThoseOfLinearCg) {
  const std::size_t n = 8;
  const Matrix a(n, 20, 3);
  const Vec b(n, 1.0);
  for (const Beta beta :
       {Beta::hager_zhang, Beta::fletcher_reeves, Beta::polak_ribiere, Beta::hestenes_stiefel, Beta::dai_yuan})
    for (std::int64_t k = 1; k < 7; ++k) {
      const LinearResult linear = solve_spd(a, b, {.tolerance = 0, .max_iterations = k});
      const Result r =
          minimize(quadratic(a), Vec(n, 0.0), ConjugateGradient{.beta = beta, .memory = 0}, {.max_iterations = k});
      ASSERT_EQ(r.iterations, k);
      // Equal in exact arithmetic; each step ends in the minimum to 1e-8 of its slope.
      for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(r.x[i], linear.x[i], 1e-7) << "beta " << int(beta) << ' ' << k;
    }
}

TEST(ConjugateGradient, AVariantBringsItsMemoryAlong) {
  const Matrix a(5, 10, 1);
  EXPECT_EQ(ConjugateGradient{}.memory, 10);
  EXPECT_EQ(ConjugateGradient{.beta = Beta::hager_zhang}.memory, 10);
  EXPECT_EQ(ConjugateGradient{.beta = Beta::fletcher_reeves}.memory, 0);
  for (const char* spec : {"cg:fr", "cg:dy", "cg:fr,curvature=0.1", "cg:pr+,memory=0", "cg:hz"})
    EXPECT_TRUE(minimize(quadratic(a), Vec(5, 0.0), *parse_deterministic(spec)).success()) << spec;
}

TEST(ConjugateGradient, ObservesTheBetaOfTheFormula) {
  // Fletcher-Reeves on a quadratic: β = ‖g⁺‖² / ‖g‖² of neighbouring points.
  const Matrix a(6, 20, 5);
  std::vector<double> squares, betas;
  Options o{.max_iterations = 5};
  o.on_iteration = [&](const Iteration& i) {
    double gg = 0;
    for (const double g : i.gradient) gg += g * g;
    squares.push_back(gg);
    for (const Observation& v : i.state())
      if (v.name == "beta") betas.push_back(v.values[0]);
  };
  minimize(quadratic(a), Vec(6, 0.0), ConjugateGradient{.beta = Beta::fletcher_reeves}, o);
  ASSERT_EQ(betas.size(), 6u);
  EXPECT_EQ(betas[1], 0);
  for (std::size_t k = 2; k < betas.size(); ++k) EXPECT_NEAR(betas[k], squares[k - 1] / squares[k - 2], 1e-12);
}

TEST(LinearCg, SolvesWithinNIterations) {
  for (const std::size_t n : {1u, 2u, 9u, 40u}) {
    const Matrix a(n, 5, n);
    Vec x(n), b(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = std::sin(static_cast<double>(i));
    a(x, b);
    const LinearResult r = solve_spd(a, b);
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_LE(r.iterations, static_cast<std::int64_t>(n));
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(r.x[i], x[i], 1e-8);
  }
}

TEST(LinearCg, AGoodPreconditionerSavesIterations) {
  const std::size_t n = 200;
  const Product a = [](std::span<const double> v, std::span<double> out) {
    for (std::size_t i = 0; i < v.size(); ++i) {
      out[i] = static_cast<double>((i + 1) * (i + 1)) * v[i];
      if (i > 0) out[i] -= 0.5 * v[i - 1];
      if (i + 1 < v.size()) out[i] -= 0.5 * v[i + 1];
    }
  };
  const Product jacobi = [](std::span<const double> v, std::span<double> out) {
    for (std::size_t i = 0; i < v.size(); ++i) out[i] = v[i] / static_cast<double>((i + 1) * (i + 1));
  };
  const Vec b(n, 1.0);
  const LinearResult plain = solve_spd(a, b), better = solve_spd(a, b, {.preconditioner = jacobi});
  EXPECT_TRUE(plain.success() && better.success());
  EXPECT_LT(10 * better.iterations, plain.iterations);
  for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(plain.x[i], better.x[i], 1e-8);
}

TEST(LinearCg, SaysWhatIsWrongWithTheSystem) {
  const Vec b{1, 1};
  const Product indefinite = [](std::span<const double> v, std::span<double> out) {
    out[0] = v[0], out[1] = -3 * v[1];
  };
  const Product broken = [](std::span<const double>, std::span<double> out) { out[0] = out[1] = std::nan(""); };
  const LinearResult r = solve_spd(indefinite, b);
  EXPECT_EQ(r.status, Status::diverged);
  EXPECT_NE(r.message.find("not positive definite"), std::string::npos) << r.message;
  EXPECT_EQ(solve_spd(broken, b).status, Status::not_finite);
  EXPECT_EQ(solve_spd(indefinite, Vec{0, 0}).status, Status::converged);
  const Matrix hard(30, 1e4, 1);
  EXPECT_EQ(solve_spd(hard, Vec(30, 1.0), {.max_iterations = 2}).status, Status::iteration_limit);
  const LinearResult precise = solve_spd(hard, Vec(30, 1.0), {.tolerance = 1e-16});
  EXPECT_TRUE(precise.status == Status::converged_at_precision || precise.status == Status::iteration_limit);
  EXPECT_THROW(solve_spd(hard, b, {.x0 = {1}}), Error);
  EXPECT_THROW(solve_spd(hard, b, {.tolerance = -1}), Error);
}

}  // namespace
}  // namespace talweg
