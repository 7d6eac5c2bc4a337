#include "talweg/nn/ops/losses.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/tensor/elementwise.hpp"

namespace talweg::nn {

template <class F> Shape PointwiseLoss<F>::shape(const Shapes& x) const {
  if (x[0] != x[1]) detail::throw_misfit(name, x[0], x[1], "predictions and targets must have equal shapes");
  return {1};
}

namespace {

template <class F, class T> T scale_of(View<const T> p) {
  return static_cast<T>(1.0 / double(std::max<std::int64_t>(1, F::per_example ? p.rows() : p.size())));
}

}  // namespace

template <class F>
template <class T>
void PointwiseLoss<F>::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  const double total = map_sum(pool, x[0].size(), [g = f, p = x[0].data(), t = x[1].data()](std::int64_t i) {
    return double(g.value(p[i], t[i]));
  });
  y[0] = static_cast<T>(total / double(std::max<std::int64_t>(1, F::per_example ? x[0].rows() : x[0].size())));
}

template <class F>
template <class T>
void PointwiseLoss<F>::backward(Pool& pool, const Operands<T>& x, View<const T>, const T*, View<const T> dy,
                                const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  map(
      pool, x[0].size(), [g = f, c = dy[0] * scale_of<F>(x[0])](T& out, T p, T t) { out += c * g.slope(p, t); },
      dx[0].data(), x[0].data(), x[1].data());
}

Shape SoftmaxCrossEntropy::shape(const Shapes& x) const {
  const auto rows = static_cast<std::int64_t>(classes.size());
  if (x[0].rank() != 2 || x[0][0] != rows)
    detail::throw_misfit(name, x[0], Shape{rows}, "there must be one class for each row of logits");
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (classes[i] < 0 || classes[i] >= x[0][1])
      throw Error(text::cat(name, ": the class of row ", i, " is ", classes[i], ", but the logits have columns 0 to ",
                            x[0][1] - 1));
  return {1};
}

namespace {

template <class T> void exponentials(std::int64_t n, T* y) {
  talweg::detail::map_range(n, y, [](T& v, std::int64_t) { v = fast::exp(v); });
}

/// Losses of rows begin … end of x (B, C), summed. p (rows, C) is scratch and receives softmax(x).
template <class T>
double cross_entropy_rows(View<const T> x, std::span<const std::int32_t> classes, std::int64_t begin, std::int64_t end,
                          T* p) {
  const std::int64_t columns = x.columns();
  double total = 0;
  for (std::int64_t i = begin; i < end; ++i) {
    const T* in = x.data() + i * columns;
    T* out = p + (i - begin) * columns;
    T largest = in[0];
    for (std::int64_t j = 1; j < columns; ++j) largest = in[j] > largest ? in[j] : largest;
    for (std::int64_t j = 0; j < columns; ++j) out[j] = in[j] - largest;
    total -= double(out[classes[static_cast<std::size_t>(i)]]);
  }
  exponentials((end - begin) * columns, p);
  for (std::int64_t i = begin; i < end; ++i) {
    T* out = p + (i - begin) * columns;
    T sum = 0;
    for (std::int64_t j = 0; j < columns; ++j) sum += out[j];
    const T factor = T(1) / sum;
    for (std::int64_t j = 0; j < columns; ++j) out[j] *= factor;
    total += std::log(double(sum));
  }
  return total;
}

}  // namespace

template <class T> void SoftmaxCrossEntropy::forward(Pool& pool, const Operands<T>& x, View<T> y, T* saved) const {
  const std::int64_t rows = x[0].rows(), columns = x[0].columns();
  const double total = tree_sum(pool, rows, [&](std::int64_t begin, std::int64_t end) {
    if (saved) return cross_entropy_rows(x[0], classes, begin, end, saved + begin * columns);
    double sum = 0;
    AlignedVector<T> scratch(static_cast<std::size_t>(64 * columns));
    for (std::int64_t i = begin; i < end; i += 64)
      sum += cross_entropy_rows(x[0], classes, i, std::min(i + 64, end), scratch.data());
    return sum;
  });
  y[0] = static_cast<T>(total / double(std::max<std::int64_t>(1, rows)));
}

template <class T>
void SoftmaxCrossEntropy::backward(Pool& pool, const Operands<T>& x, View<const T>, const T* saved, View<const T> dy,
                                   const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  const T factor = dy[0] * static_cast<T>(1.0 / double(std::max<std::int64_t>(1, x[0].rows())));
  map(
      pool, x[0].size(), [factor](T& out, T p) { out += factor * p; }, dx[0].data(), saved);
  for (std::int64_t i = 0; i < x[0].rows(); ++i) dx[0](i, classes[static_cast<std::size_t>(i)]) -= factor;
}

namespace {

template <std::size_t... I> constexpr auto make_cards(std::index_sequence<I...>) {
  return std::array{std::variant_alternative_t<I, Loss>::card...};
}
constexpr auto cards = make_cards(std::make_index_sequence<std::variant_size_v<Loss>>{});

template <std::size_t... I> Loss at(std::size_t index, std::index_sequence<I...>) {
  Loss out;
  ((index == I ? (out.emplace<I>(), 0) : 0), ...);
  return out;
}

struct Alias {
  std::string_view alias, name;
};
constexpr std::array aliases{Alias{"mse", "mean_squared_error"},
                             Alias{"squared", "mean_squared_error"},
                             Alias{"half_mse", "half_mean_squared_error"},
                             Alias{"half_squared", "half_mean_squared_error"},
                             Alias{"mae", "mean_absolute_error"},
                             Alias{"absolute", "mean_absolute_error"},
                             Alias{"bce", "binary_cross_entropy"},
                             Alias{"logistic", "binary_cross_entropy"},
                             Alias{"cross_entropy", "softmax_cross_entropy"}};

}  // namespace

std::span<const Card> losses() { return cards; }

std::string_view name(const Loss& loss) { return cards[loss.index()].name; }

bool needs_classes(const Loss& loss) {
  return std::visit([](const auto& op) { return op.needs_classes; }, loss);
}

Loss loss(std::string_view name) {
  const auto alias = std::ranges::find(aliases, name, &Alias::alias);
  const std::string_view wanted = alias == aliases.end() ? name : alias->name;
  std::array<std::string_view, cards.size()> names;
  for (std::size_t i = 0; i < cards.size(); ++i) {
    names[i] = cards[i].name;
    if (wanted == names[i]) return at(i, std::make_index_sequence<cards.size()>{});
  }
  const std::string near = text::did_you_mean(name, names);
  throw Error(
      text::cat("unknown loss '", name, "'", near.empty() ? "" : ": ", near, "; there are ", text::list(names)));
}

template <class T> Var<T> loss_of(const Loss& loss, Var<T> prediction, const Targets<T>& targets) {
  return std::visit(
      [&]<class Op>(const Op& op) {
        if constexpr (Op::needs_classes)
          return softmax_cross_entropy(prediction, targets.classes);
        else
          return prediction.tape()(op, prediction, prediction.tape().constant(targets.values));
      },
      loss);
}

template <class T> T evaluate(Pool& pool, const Loss& loss, View<const T> prediction, const Targets<T>& targets) {
  return std::visit(
      [&]<class Op>(Op op) {
        if constexpr (Op::needs_classes) op.classes = targets.classes;
        T value{};
        const View<T> y(&value, op.shape({prediction.shape(), targets.values.shape()}));
        op.template forward<T>(pool, {prediction, targets.values}, y, nullptr);
        return value;
      },
      loss);
}

template Var<float> loss_of(const Loss&, Var<float>, const Targets<float>&);
template Var<double> loss_of(const Loss&, Var<double>, const Targets<double>&);
template float evaluate(Pool&, const Loss&, View<const float>, const Targets<float>&);
template double evaluate(Pool&, const Loss&, View<const double>, const Targets<double>&);

#define TALWEG_INSTANTIATE_LOSS(Op)                             \
  template Shape PointwiseLoss<Op>::shape(const Shapes&) const; \
  TALWEG_INSTANTIATE_OPERATION(PointwiseLoss<Op>)
TALWEG_INSTANTIATE_LOSS(SquaredError)
TALWEG_INSTANTIATE_LOSS(HalfSquaredError)
TALWEG_INSTANTIATE_LOSS(AbsoluteError)
TALWEG_INSTANTIATE_LOSS(HuberError)
TALWEG_INSTANTIATE_LOSS(BinaryCrossEntropy)
TALWEG_INSTANTIATE_LOSS(HingeLoss)
TALWEG_INSTANTIATE_LOSS(PoissonLoss)
TALWEG_INSTANTIATE_OPERATION(SoftmaxCrossEntropy)

}  // namespace talweg::nn
