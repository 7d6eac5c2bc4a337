#include "talweg/optim/least_squares/qr.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "talweg/base/random.hpp"

namespace talweg::lsq {
namespace {

std::vector<double> some_matrix(std::size_t m, std::size_t n) {
  Random random(17);
  std::vector<double> a(m * n);
  for (double& e : a) e = random.uniform() - 0.5;
  return a;
}

TEST(PivotedQr, SolvesLeastSquaresAsEigenDoes) {
  for (const auto& [m, n] : {std::pair<std::size_t, std::size_t>{1, 1}, {3, 3}, {7, 2}, {40, 9}, {5, 5}}) {
    const auto a = some_matrix(m, n);
    std::vector<double> b = some_matrix(m, 1);
    const Eigen::MatrixXd ea = Eigen::Map<const Eigen::MatrixXd>(a.data(), Eigen::Index(m), Eigen::Index(n));
    const Eigen::VectorXd x = ea.colPivHouseholderQr().solve(Eigen::Map<Eigen::VectorXd>(b.data(), Eigen::Index(m)));
    const PivotedQr qr(a, m, n);
    ASSERT_EQ(qr.rank(1e-12), n);
    qr.apply_transposed(b);
    const auto p = qr.solve(b, n);
    for (std::size_t j = 0; j < n; ++j) EXPECT_NEAR(p[j], x(Eigen::Index(j)), 1e-12 * x.norm());
    for (std::size_t k = 1; k < n; ++k) EXPECT_LE(std::abs(qr.r(k, k)), std::abs(qr.r(k - 1, k - 1)) * (1 + 1e-14));
    // Rᵀ y = c in the order of A: RᵀR is AᵀA there.
    const auto c = some_matrix(n, 1);
    const auto y = qr.solve_transposed(c);
    std::vector<double> back(m, 0.0);
    const auto z = qr.solve(y, n);
    const Eigen::VectorXd again = ea.transpose() * (ea * Eigen::Map<const Eigen::VectorXd>(z.data(), Eigen::Index(n)));
    for (std::size_t j = 0; j < n; ++j) EXPECT_NEAR(again(Eigen::Index(j)), c[j], 1e-10);
  }
}

TEST(PivotedQr, ShowsTheRank) {
  auto a = some_matrix(12, 4);
  for (std::size_t i = 0; i < 12; ++i) a[2 * 12 + i] = 3 * a[i] - 0.5 * a[12 + i];
  EXPECT_EQ(PivotedQr(a, 12, 4).rank(1e-13), 3u);
  EXPECT_EQ(PivotedQr(std::vector<double>(12, 0.0), 6, 2).rank(1e-13), 0u);
}

TEST(PivotedQr, NoEntryIsTooLargeOrTooSmall) {
  for (const double size : {1e-300, 1e300}) {
    const std::vector<double> v{3 * size, 4 * size};
    EXPECT_NEAR(norm(v) / size, 5, 1e-14);
    const PivotedQr qr(v, 2, 1);
    std::vector<double> b = v;
    qr.apply_transposed(b);
    EXPECT_NEAR(qr.solve(b, 1)[0], 1, 1e-15);
  }
}

}  // namespace
}  // namespace talweg::lsq
