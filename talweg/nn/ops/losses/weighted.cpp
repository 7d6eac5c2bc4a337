#include "talweg/nn/ops/losses/weighted.hpp"

#include <algorithm>
#include <vector>

#include "talweg/tensor/elementwise.hpp"

namespace talweg::nn {

Shape WeightedLoss::shape(const Shapes& x) const {
  const std::int64_t rows = x[0][0], columns = x[0].size() / std::max<std::int64_t>(1, rows);
  if (x[1].size() != rows) detail::throw_misfit(name, x[0], x[1], "there must be one weight for each row");
  if (classes.empty() ? columns != 1 || x[2].size() != rows : static_cast<std::int64_t>(classes.size()) != rows)
    detail::throw_misfit(name, x[0], classes.empty() ? x[2] : Shape{static_cast<std::int64_t>(classes.size())},
                         "there must be one output and one target for each row, or the outputs of its classes");
  return {1};
}

template <class T> void WeightedLoss::forward(Pool& pool, const Operands<T>& x, View<T> y, T* saved) const {
  const std::int64_t rows = x[1].size(), columns = x[0].size() / std::max<std::int64_t>(1, rows);
  const double total = tree_sum(pool, rows, [&](std::int64_t begin, std::int64_t end) {
    std::vector<double> outputs(static_cast<std::size_t>(columns)), slopes(outputs.size());
    double sum = 0;
    for (std::int64_t i = begin; i < end; ++i) {
      std::copy_n(x[0].data() + i * columns, columns, outputs.begin());
      const auto w = static_cast<double>(x[1].data()[i]);
      const double target = classes.empty() ? static_cast<double>(x[2].data()[i])
                                            : static_cast<double>(classes[static_cast<std::size_t>(i)]);
      const double loss = of_row(outputs, target, slopes);
      if (w != 0) sum += w * loss;
      if (!saved) continue;
      for (std::int64_t j = 0; j < columns; ++j)
        saved[i * columns + j] = static_cast<T>(w * slopes[static_cast<std::size_t>(j)]);
    }
    return sum;
  });
  y[0] = static_cast<T>(total / static_cast<double>(std::max<std::int64_t>(1, rows)));
}

template <class T>
void WeightedLoss::backward(Pool& pool, const Operands<T>& x, View<const T>, const T* saved, View<const T> dy,
                            const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  const T factor = dy[0] / static_cast<T>(std::max<std::int64_t>(1, x[1].size()));
  map(
      pool, x[0].size(), [factor](T& out, T slope) { out += factor * slope; }, dx[0].data(), saved);
}

TALWEG_INSTANTIATE_OPERATION(WeightedLoss)

}  // namespace talweg::nn
