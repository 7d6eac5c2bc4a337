#include "talweg/autodiff/tape.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "talweg/base/error.hpp"
#include "talweg/nn/nn.hpp"

namespace {
std::size_t allocations = 0;
}  // namespace

// Counts every allocation of this program. The pairs below match: GCC cannot see that through replaced operators.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto a = static_cast<std::size_t>(alignment);
  if (void* p = std::aligned_alloc(a, (size + a - 1) / a * a)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
#pragma GCC diagnostic pop

namespace talweg::autodiff {
namespace {

struct Leaf {
  Tensor<double> value, gradient;
  explicit Leaf(Tensor<double> v) : value(std::move(v)), gradient(value.shape()) {}
  Var<double> on(Tape<double>& tape) { return tape.variable(value, gradient); }
};

TEST(Tape, SumsTheGradientsOfAValueUsedTwice) {
  Tape<double> tape;
  Leaf a(Tensor({2}, {3, 5}));
  const auto v = a.on(tape);
  const auto y = nn::sum(v * v + 4 * v);  // dy/da = 2a + 4
  EXPECT_EQ(y.value(), 3 * 3 + 5 * 5 + 4 * 8);
  y.backward();
  EXPECT_EQ(a.gradient[0], 10);
  EXPECT_EQ(a.gradient[1], 14);
}

TEST(Tape, BackwardAddsToWhatTheGradientsHold) {
  Tape<double> tape;
  Leaf a(Tensor({1}, {3}));
  a.gradient[0] = 100;
  const auto v = a.on(tape);
  const auto square = v * v;
  const auto first = nn::sum(square), second = nn::sum(2 * square);
  first.backward();
  EXPECT_EQ(a.gradient[0], 106);
  second.backward();  // another loss of the same values
  EXPECT_EQ(a.gradient[0], 118);
  EXPECT_EQ(square.gradient()[0], 2) << "values between hold the gradient of the last backward alone";
}

TEST(Tape, LeavesConstantsAlone) {
  Tape<double> tape;
  Leaf w(Tensor({3, 2}, {1, 2, 3, 4, 5, 6}));
  const Tensor x({1, 3}, {1, 1, 1});
  const auto input = tape.constant(x);
  const auto y = nn::matmul(input, w.on(tape));
  nn::sum(y).backward();
  EXPECT_EQ(w.gradient[0], 1);
  EXPECT_THROW(input.gradient(), Error);
}

TEST(Tape, RefusesStaleValues) {
  Tape<double> tape;
  Leaf a(Tensor({1}, {3}));
  const auto v = a.on(tape);
  tape.clear();
  EXPECT_THROW(v.value(), Error);
  EXPECT_THROW(v.backward(), Error);
  const auto fresh = a.on(tape);  // the same id as v
  EXPECT_THROW(v.value(), Error);
  EXPECT_THROW(fresh + v, Error);
  EXPECT_EQ(fresh.value(), 3);
}

TEST(Tape, RefusesValuesOfAnotherTapeAndOfNone) {
  Tape<double> one, two;
  Leaf a(Tensor({1}, {3}));
  EXPECT_THROW(a.on(one) + a.on(two), Error);
  EXPECT_THROW(Var<double>().value(), Error);
}

TEST(Tape, RefusesToDifferentiateWhatIsNotOneNumberOrHasNoParameter) {
  Tape<double> tape;
  Leaf a(Tensor({2}, {3, 5}));
  const auto v = a.on(tape);
  EXPECT_THROW(v.backward(), Error);
  EXPECT_THROW(v.value(), Error);
  const auto constant = tape.constant(a.value);
  EXPECT_THROW(nn::sum(constant).backward(), Error);
  EXPECT_THROW(nn::sum(v).gradient(), Error) << "before backward()";
}

TEST(Tape, NamesTheShapesThatDoNotFit) {
  Tape<double> tape;
  Leaf a(Tensor({2}, {3, 5})), b(Tensor({3}, {3, 5, 7}));
  try {
    a.on(tape) + b.on(tape);
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "add: the shapes (2) and (3) do not fit: they must be equal");
  }
}

TEST(Tape, ListsWhatWasComputed) {
  Tape<double> tape;
  Leaf a(Tensor({2}, {3, 5}));
  const auto v = a.on(tape);
  const auto y = nn::mean(v * v);
  const auto nodes = tape.nodes();
  ASSERT_EQ(nodes.size(), 3u);
  EXPECT_EQ(nodes[0].operation, nullptr);
  EXPECT_EQ(nodes[1].operation->name, "multiply");
  EXPECT_EQ(nodes[1].operands[1], tape.id(v));
  EXPECT_EQ(nodes[2].operation->name, "mean");
  EXPECT_EQ(tape.id(y), 2);
}

/// An input gradient that nothing needs is not computed: the first layer's dX.
struct CountsInputGradients {
  static constexpr std::string_view name = "counts";
  static constexpr int operands = 2, differentiable = 2;
  int* asked;
  Shape shape(const Shapes& x) const { return x[0]; }
  std::int64_t saved(const Shapes&) const { return 0; }
  template <class T> void forward(Pool&, const Operands<T>& x, View<T> y, T*) const {
    for (std::int64_t i = 0; i < y.size(); ++i) y[i] = x[0][i] + x[1][i];
  }
  template <class T>
  void backward(Pool&, const Operands<T>&, View<const T>, const T*, View<const T>, const Gradients<T>& dx) const {
    for (const auto& d : dx) *asked += !d.empty();
  }
};

TEST(Tape, AsksOnlyForGradientsThatAreNeeded) {
  Tape<double> tape;
  Leaf a(Tensor({1}, {3}));
  int asked = 0;
  tape(CountsInputGradients{&asked}, tape.constant(a.value), a.on(tape)).backward();
  EXPECT_EQ(asked, 1);
}

TEST(Tape, ATrainingStepAllocatesNothingAfterTheFirst) {
  auto model = nn::mlp<float>({.inputs = 20, .outputs = 3, .hidden = {16, 8}, .activation = "tanh", .dropout = 0.2});
  const auto parameters = model.parameters();
  Tensor<float> x({32, 20});
  x.fill(0.5f);
  const std::vector<std::int32_t> classes(32, 1);
  const auto step = [&] {
    const auto loss = nn::softmax_cross_entropy(model(x), std::span<const std::int32_t>(classes));
    parameters.zero_gradients();
    loss.backward();
  };
  step();
  const std::size_t before = allocations;
  for (int i = 0; i < 10; ++i) step();
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace talweg::autodiff
