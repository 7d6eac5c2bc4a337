#include "talweg/train/examples.hpp"

#include <algorithm>

namespace talweg::train {

template <class T> std::vector<double> outputs_of(models::Model<T>& model, const Examples<T>& examples, Pool& pool) {
  const nn::PoolLoan<T> loan(model.network(), pool);
  const auto rows = static_cast<std::int64_t>(examples.rows);
  Tensor<T> out({rows, static_cast<std::int64_t>(model.head().outputs)});
  model.outputs(View<const T>(examples.x.data(), {rows, static_cast<std::int64_t>(examples.inputs)}), out);
  return {out.begin(), out.end()};
}

template <class T> Metrics measure(models::Model<T>& model, const Examples<T>& examples, Pool& pool, const Stop& stop) {
  if (examples.rows == 0) return {};
  const nn::PoolLoan<T> loan(model.network(), pool);
  const auto inputs = static_cast<std::int64_t>(examples.inputs);
  const auto width = static_cast<std::int64_t>(model.head().outputs);
  return measure_in_pieces(pool, model.head(), examples.truth, stop, [&](std::size_t from, std::span<double> to) {
    const std::int64_t rows = static_cast<std::int64_t>(to.size()) / width;
    Tensor<T> out({rows, width});
    model.outputs(View<const T>(examples.x.data() + from * examples.inputs, {rows, inputs}), out);
    std::copy(out.begin(), out.end(), to.begin());
  });
}

template std::vector<double> outputs_of(models::Model<float>&, const Examples<float>&, Pool&);
template std::vector<double> outputs_of(models::Model<double>&, const Examples<double>&, Pool&);
template Metrics measure(models::Model<float>&, const Examples<float>&, Pool&, const Stop&);
template Metrics measure(models::Model<double>&, const Examples<double>&, Pool&, const Stop&);

}  // namespace talweg::train
