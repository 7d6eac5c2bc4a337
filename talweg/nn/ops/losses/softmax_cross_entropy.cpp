#include "talweg/nn/ops/losses/softmax_cross_entropy.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/elementary/functions.hpp"
#include "talweg/tensor/elementwise.hpp"

namespace talweg::nn {

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
    total += elementary::log(double(sum));
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

TALWEG_INSTANTIATE_OPERATION(SoftmaxCrossEntropy)

}  // namespace talweg::nn
