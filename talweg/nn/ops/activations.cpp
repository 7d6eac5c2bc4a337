#include "talweg/nn/ops/activations.hpp"

#include <algorithm>
#include <array>

#include "talweg/nn/ops/activations_table.hpp"
#include "talweg/nn/registry.hpp"

namespace talweg::nn {

namespace {

/// Rows in one chunk of work, from the length of a row alone.
std::int64_t rows_per_chunk(std::int64_t columns) {
  return std::max<std::int64_t>(1, elementwise_chunk / std::max<std::int64_t>(1, columns));
}

template <class T> void exponentials(std::int64_t n, T* y) {
  talweg::detail::map_range(n, y, [](T& v, std::int64_t) { v = fast::exp(v); });
}

}  // namespace

template <class T> void Softmax::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  const std::int64_t columns = y.columns();
  for_ranges(pool, y.rows(), rows_per_chunk(columns), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const T* in = x[0].data() + i * columns;
      const T largest = *std::max_element(in, in + columns);
      std::transform(in, in + columns, y.data() + i * columns, [largest](T v) { return v - largest; });
    }
    exponentials((end - begin) * columns, y.data() + begin * columns);
    for (std::int64_t i = begin; i < end; ++i) {
      T* row = y.data() + i * columns;
      T total = 0;
      for (std::int64_t j = 0; j < columns; ++j) total += row[j];
      for (std::int64_t j = 0; j < columns; ++j) row[j] /= total;
    }
  });
}

template <class T>
void Softmax::backward(Pool& pool, const Operands<T>&, View<const T> y, const T*, View<const T> dy,
                       const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  const std::int64_t columns = y.columns();
  for_ranges(pool, y.rows(), rows_per_chunk(columns), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      T dot = 0;
      for (std::int64_t j = 0; j < columns; ++j) dot += y(i, j) * dy(i, j);
      for (std::int64_t j = 0; j < columns; ++j) dx[0](i, j) += y(i, j) * (dy(i, j) - dot);
    }
  });
}

namespace {

template <class... F> Registry<detail::ActivationTable> registry_of(std::type_identity<std::tuple<F...>>) {
  return {"activation", std::array{&detail::ActivationOf<F>::table...}};
}
Registry<detail::ActivationTable>& registry() {
  static auto all = registry_of(std::type_identity<AllActivations>{});
  return all;
}

/// For those who see the declarations of the operations only.
template <class... Op> auto compiled(std::type_identity<std::tuple<Op...>>) {
  return std::tuple{detail::addresses<Op>...};
}
[[gnu::used]] const auto kept = compiled(std::type_identity<ActivationOperations>{});

}  // namespace

void detail::join(const ActivationTable& table) { registry().add(table); }

Activation activation(std::string_view name) { return Activation(registry().find(name)); }

std::vector<Card> activations() { return registry().cards(); }

}  // namespace talweg::nn
