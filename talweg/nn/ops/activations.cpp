#include "talweg/nn/ops/activations.hpp"

#include <algorithm>
#include <array>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/tensor/elementwise.hpp"

namespace talweg::nn {

template <class F>
template <class T>
void Elementwise<F>::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  map(
      pool, y.size(), [g = f](T& out, T in) { out = g.value(in); }, y.data(), x[0].data());
}

template <class F>
template <class T>
void Elementwise<F>::backward(Pool& pool, const Operands<T>& x, View<const T> y, const T*, View<const T> dy,
                              const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  map(
      pool, y.size(), [g = f](T& out, T in, T result, T up) { out += g.slope(in, result) * up; }, dx[0].data(),
      x[0].data(), y.data(), dy.data());
}

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

template <std::size_t... I> constexpr auto make_cards(std::index_sequence<I...>) {
  return std::array{std::variant_alternative_t<I, Activation>::card...};
}
constexpr auto cards = make_cards(std::make_index_sequence<std::variant_size_v<Activation>>{});

template <std::size_t... I> Activation at(std::size_t index, std::index_sequence<I...>) {
  Activation out;
  ((index == I ? (out.emplace<I>(), 0) : 0), ...);
  return out;
}

}  // namespace

std::span<const Card> activations() { return cards; }

std::string_view name(const Activation& activation) { return cards[activation.index()].name; }

Activation activation(std::string_view name) {
  std::array<std::string_view, cards.size()> names;
  for (std::size_t i = 0; i < cards.size(); ++i) {
    names[i] = cards[i].name;
    if (name == names[i]) return at(i, std::make_index_sequence<cards.size()>{});
  }
  const std::string near = text::did_you_mean(name, names);
  throw Error(
      text::cat("unknown activation '", name, "'", near.empty() ? "" : ": ", near, "; there are ", text::list(names)));
}

template <class T> void evaluate(Pool& pool, const Activation& f, View<const T> x, View<T> y) {
  std::visit([&](const auto& op) { op.template forward<T>(pool, {x}, y, nullptr); }, f);
}
template void evaluate(Pool&, const Activation&, View<const float>, View<float>);
template void evaluate(Pool&, const Activation&, View<const double>, View<double>);

TALWEG_INSTANTIATE_OPERATION(Elementwise<Identity>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<Relu>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<LeakyRelu>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<Elu>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<Selu>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<Gelu>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<GeluTanh>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<Silu>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<Sigmoid>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<Tanh>)
TALWEG_INSTANTIATE_OPERATION(Elementwise<Softplus>)
TALWEG_INSTANTIATE_OPERATION(Softmax)

}  // namespace talweg::nn
