#include "talweg/nn/ops/all.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "talweg/autodiff/gradient_check.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"

namespace talweg::nn {
namespace {

/// An operation with operands to check it at: odd shapes, and no number nearer than 0.05 to a kink at 0 or ±1.
template <class Op> struct Sample {
  Op op{};
  std::vector<Tensor<double>> operands;
};

Tensor<double> numbers(Shape shape, std::uint64_t seed) {
  Random random(seed);
  Tensor<double> out(shape);
  for (double& v : out) do {
      v = 1.5 * random.normal();
    } while (std::abs(v) < 0.05 || std::abs(std::abs(v) - 1) < 0.05);
  return out;
}

const std::vector<std::int32_t> classes{2, 0, 4};

/// Rows of which every third cell or so is told; some rows are empty.
struct Cells {
  std::vector<std::size_t> starts{0};
  std::vector<std::uint32_t> places;
  std::vector<double> values;
  SparseInput x;

  Cells(std::int64_t rows, std::int64_t columns) {
    Random random(7);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < columns && r % 4 != 2; ++c)
        if (random.uniform() < 0.35) places.push_back(std::uint32_t(c)), values.push_back(random.normal());
      starts.push_back(places.size());
    }
    x = {rows, columns, starts.data(), places.data(), values.data()};
  }
  Tensor<double> dense() const {
    Tensor<double> out({x.rows, x.columns});
    for (std::size_t r = 0; r + 1 < starts.size(); ++r)
      for (std::size_t k = starts[r]; k < starts[r + 1]; ++k) out[std::int64_t(r) * x.columns + places[k]] = x.value(k);
    return out;
  }
};
const Cells few_cells(5, 3), many_cells(150, 300);

template <class Op> Sample<Op> sample() {
  if constexpr (std::is_same_v<Op, Dense>) {
    return {{}, {numbers({5, 3}, 1), numbers({3, 7}, 2), numbers({7}, 3)}};
  } else if constexpr (std::is_same_v<Op, SparseDense>) {
    return {{&few_cells.x}, {numbers({3, 7}, 2), numbers({7}, 3)}};
  } else if constexpr (std::is_same_v<Op, MatMul>) {
    return {{}, {numbers({5, 3}, 1), numbers({3, 7}, 2)}};
  } else if constexpr (std::is_same_v<Op, Scale>) {
    return {{-2.5}, {numbers({3, 5}, 1)}};
  } else if constexpr (std::is_same_v<Op, Reshape>) {
    return {{5, 3}, {numbers({3, 5}, 1)}};
  } else if constexpr (std::is_same_v<Op, Dropout>) {
    return {{0.3, 42}, {numbers({3, 17}, 1)}};
  } else if constexpr (std::is_same_v<Op, L1Penalty> || std::is_same_v<Op, L2Penalty>) {
    return {{0.7}, {numbers({3, 5}, 1)}};
  } else if constexpr (std::is_same_v<Op, SoftmaxCrossEntropy>) {
    return {{classes}, {numbers({3, 5}, 1)}};
  } else if constexpr (std::is_same_v<Op, PointwiseLoss<HingeLoss>>) {
    Sample<Op> out{{}, {numbers({3, 5}, 1), numbers({3, 5}, 2)}};
    for (double& t : out.operands[1]) t = t > 0 ? 1 : -1;
    return out;
  } else if constexpr (std::is_same_v<Op, PointwiseLoss<HuberError>> ||
                       std::is_same_v<Op, PointwiseLoss<AbsoluteError>>) {
    Sample<Op> out{{}, {numbers({3, 5}, 1), numbers({3, 5}, 2)}};
    out.operands[0] = out.operands[1];  // residuals away from 0 and ±1
    const auto residual = numbers({3, 5}, 3);
    for (std::int64_t i = 0; i < residual.size(); ++i) out.operands[0][i] += residual[i];
    return out;
  } else {
    Sample<Op> out{{}, {}};
    for (int i = 0; i < Op::operands; ++i) out.operands.push_back(numbers({3, 5}, std::uint64_t(i) + 1));
    return out;
  }
}

template <class Tuple> struct AsTypes;
template <class... Ops> struct AsTypes<std::tuple<Ops...>> { using type = testing::Types<Ops...>; };

template <class Op> class Operations : public testing::Test {
 protected:
  /// forward, then backward with all gradients, in T and with `threads` threads: y and then each dx.
  template <class T> static std::vector<Tensor<T>> results(const Sample<Op>& s, int threads) {
    Pool pool(threads);
    Shapes shapes;
    Operands<T> x;
    std::vector<Tensor<T>> operands;
    for (const auto& o : s.operands) {
      operands.emplace_back(o.shape());
      std::transform(o.begin(), o.end(), operands.back().begin(), [](double v) { return static_cast<T>(v); });
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
      shapes[i] = operands[i].shape();
      x[i] = std::as_const(operands[i]).view();
    }
    std::vector<Tensor<T>> out;
    out.emplace_back(s.op.shape(shapes));
    Tensor<T> saved({std::max<std::int64_t>(1, s.op.saved(shapes))}), dy(out[0].shape());
    for (std::int64_t i = 0; i < dy.size(); ++i) dy[i] = static_cast<T>(std::cos(double(i)));
    s.op.template forward<T>(pool, x, out[0].view(), saved.data());
    Gradients<T> dx;
    for (int i = 0; i < Op::differentiable; ++i) out.emplace_back(shapes[std::size_t(i)]);
    for (int i = 0; i < Op::differentiable; ++i) dx[std::size_t(i)] = out[std::size_t(i) + 1].view();
    s.op.template backward<T>(pool, x, std::as_const(out[0]).view(), saved.data(), std::as_const(dy).view(), dx);
    return out;
  }
};
TYPED_TEST_SUITE(Operations, AsTypes<AllOperations>::type);

TYPED_TEST(Operations, BackwardAgreesWithDifferences) {
  auto s = sample<TypeParam>();
  const auto report = autodiff::check_gradient(s.op, s.operands);
  EXPECT_LE(report.worst, 1e-8) << TypeParam::name << ": " << report.to_string();
  EXPECT_TRUE(report.adds) << TypeParam::name;
  EXPECT_TRUE(report.skips) << TypeParam::name;
}

TYPED_TEST(Operations, FloatAgreesWithDouble) {
  const auto s = sample<TypeParam>();
  const auto f = this->template results<float>(s, 1);
  const auto d = this->template results<double>(s, 1);
  for (std::size_t k = 0; k < f.size(); ++k)
    for (std::int64_t i = 0; i < f[k].size(); ++i)
      // Sums of at most 15 numbers of size 10, each good to a few units of 6e-8 (inputs are rounded, too).
      EXPECT_NEAR(double(f[k][i]), d[k][i], 3e-6 * std::max(1.0, std::abs(d[k][i]))) << TypeParam::name;
}

TYPED_TEST(Operations, GiveTheSameBitsForEveryNumberOfThreads) {
  auto s = sample<TypeParam>();
  std::vector<std::int32_t> many_classes;
  if constexpr (std::is_same_v<TypeParam, Dense>) {
    s.operands = {numbers({150, 300}, 1), numbers({300, 200}, 2), numbers({200}, 3)};
  } else if constexpr (std::is_same_v<TypeParam, SparseDense>) {
    s = {{&many_cells.x}, {numbers({300, 700}, 2), numbers({700}, 3)}};
  } else if constexpr (std::is_same_v<TypeParam, MatMul>) {
    s.operands = {numbers({150, 300}, 1), numbers({300, 200}, 2)};
  } else {
    for (std::size_t i = 0; i < s.operands.size(); ++i) s.operands[i] = numbers({700, 101}, i + 1);
    if constexpr (std::is_same_v<TypeParam, Reshape>) s.op = {101, 700};
    if constexpr (std::is_same_v<TypeParam, SoftmaxCrossEntropy>) {
      for (int i = 0; i < 700; ++i) many_classes.push_back(i % 101);
      s.op.classes = many_classes;
    }
  }
  const auto one = this->template results<float>(s, 1);
  for (const int threads : {2, 8}) {
    const auto many = this->template results<float>(s, threads);
    for (std::size_t k = 0; k < one.size(); ++k)
      EXPECT_EQ(std::memcmp(one[k].data(), many[k].data(), std::size_t(one[k].size()) * sizeof(float)), 0)
          << TypeParam::name << ", result " << k << ", " << threads << " threads";
  }
}

TEST(SparseDense, IsDenseOfTheSameRows) {
  for (const bool ones : {false, true})
    for (const std::int64_t outputs : {1, 7}) {
      Cells cells(150, 300);
      if (ones) cells.x.values = nullptr;
      const Tensor<double> x = cells.dense(), w = numbers({300, outputs}, 1), b = numbers({outputs}, 2);
      Tensor<double> dw({300, outputs}), db({outputs}), dw_dense({300, outputs}), db_dense({outputs});
      Tape<double> tape;
      const auto y = tape(SparseDense{&cells.x}, tape.variable(w, dw), tape.variable(b, db));
      const auto y_dense = tape(Dense{}, tape.constant(x), tape.variable(w, dw_dense), tape.variable(b, db_dense));
      for (std::int64_t i = 0; i < y.view().size(); ++i) EXPECT_NEAR(y.view()[i], y_dense.view()[i], 1e-12);
      (tape(Mean{}, tape(Multiply{}, y, y)) + tape(Mean{}, tape(Multiply{}, y_dense, y_dense))).backward();
      for (std::int64_t i = 0; i < dw.size(); ++i) EXPECT_NEAR(dw[i], dw_dense[i], 1e-12);
      for (std::int64_t i = 0; i < db.size(); ++i) EXPECT_NEAR(db[i], db_dense[i], 1e-12);
    }
}

TEST(SparseDense, RefusesAWeightOfAnotherSize) {
  Tape<double> tape;
  const Tensor<double> w({4, 2}), b({2}), wrong({3, 2}), short_bias({1});
  EXPECT_THROW(tape(SparseDense{&few_cells.x}, tape.constant(w), tape.constant(b)), Error);
  EXPECT_THROW(tape(SparseDense{&few_cells.x}, tape.constant(wrong), tape.constant(short_bias)), Error);
  EXPECT_NO_THROW(tape(SparseDense{&few_cells.x}, tape.constant(wrong), tape.constant(b)));
}

TEST(DropoutMask, KeepsTheAskedShareAndDependsOnTheKey) {
  Pool pool(1);
  Tensor<float> x({1000, 100}), a(x.shape()), b(x.shape());
  x.fill(1);
  Dropout{0.25, 1}.forward<float>(pool, {x}, a.view(), nullptr);
  Dropout{0.25, 2}.forward<float>(pool, {x}, b.view(), nullptr);
  std::int64_t kept = 0, both = 0;
  for (std::int64_t i = 0; i < x.size(); ++i) {
    EXPECT_TRUE(a[i] == 0 || a[i] == 1 / 0.75f);
    kept += a[i] != 0;
    both += a[i] != 0 && b[i] != 0;
  }
  // Binomial, n = 1e5: standard deviations 0.0014 and 0.0016; five of them.
  EXPECT_NEAR(double(kept) / 1e5, 0.75, 0.007);
  EXPECT_NEAR(double(both) / 1e5, 0.5625, 0.008);
  EXPECT_THROW((Dropout{1.0, 1}.shape({x.shape()})), std::exception);
}

}  // namespace
}  // namespace talweg::nn
