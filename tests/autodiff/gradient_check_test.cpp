#include "talweg/autodiff/gradient_check.hpp"

#include <gtest/gtest.h>

namespace talweg::autodiff {
namespace {

/// y = a·b with one of several mistakes in its backward: the check must notice each.
enum class Mistake { none, factor, assigns, swapped, depends };
template <Mistake mistake> struct Product {
  static constexpr std::string_view name = "product";
  static constexpr int operands = 2, differentiable = 2;
  Shape shape(const Shapes& x) const { return x[0]; }
  std::int64_t saved(const Shapes&) const { return 0; }
  template <class T> void forward(Pool&, const Operands<T>& x, View<T> y, T*) const {
    for (std::int64_t i = 0; i < y.size(); ++i) y[i] = x[0][i] * x[1][i];
  }
  template <class T>
  void backward(Pool&, const Operands<T>& x, View<const T>, const T*, View<const T> dy, const Gradients<T>& dx) const {
    for (std::size_t k = 0; k < 2; ++k) {
      if (dx[k].empty()) continue;
      for (std::int64_t i = 0; i < dy.size(); ++i) {
        T g = x[mistake == Mistake::swapped ? k : 1 - k][i] * dy[i];
        if (mistake == Mistake::factor) g *= T(1 + 1e-6);
        if (mistake == Mistake::depends && k == 0 && dx[1].empty()) g = 0;
        dx[k][i] = mistake == Mistake::assigns ? g : dx[k][i] + g;
      }
    }
  }
};

template <Mistake mistake> GradientReport report() {
  std::vector<Tensor<double>> x{Tensor({3}, {1.5, -2, 4}), Tensor({3}, {-3, 0.5, 2})};
  return check_gradient(Product<mistake>{}, x);
}

TEST(GradientCheck, AcceptsASoundBackward) {
  const auto r = report<Mistake::none>();
  EXPECT_LE(r.worst, 1e-8) << r.to_string();
  EXPECT_TRUE(r.adds);
  EXPECT_TRUE(r.skips);
}

TEST(GradientCheck, NoticesAWrongFactorOfOneMillionth) { EXPECT_GT(report<Mistake::factor>().worst, 5e-7); }

TEST(GradientCheck, NoticesSwappedOperandsAndNamesThem) {
  const auto r = report<Mistake::swapped>();
  EXPECT_GT(r.worst, 0.1);
  EXPECT_NE(r.to_string().find("operand"), std::string::npos);
}

TEST(GradientCheck, NoticesABackwardThatAssigns) { EXPECT_FALSE(report<Mistake::assigns>().adds); }

TEST(GradientCheck, NoticesAGradientThatDependsOnTheOthersBeingAskedFor) {
  const auto r = report<Mistake::depends>();
  EXPECT_FALSE(r.skips);
}

}  // namespace
}  // namespace talweg::autodiff
