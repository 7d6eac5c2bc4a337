#include "talweg/train/examples.hpp"

#include <algorithm>

#include "talweg/data/batches.hpp"

namespace talweg::train {

template <class T> void Examples<T>::gather(const Examples& from, std::span<const std::uint32_t> which) {
  rows = which.size(), inputs = from.inputs;
  if (from.is_sparse()) {
    data::gather(from.sparse, which, sparse);
  } else {
    x.resize(rows * inputs);
    data::gather<T>(from.x, inputs, which, std::span<T>(x));
  }
  if (from.targets.classes.empty()) {
    targets.values.resize(rows);
    data::gather<T>(from.targets.values, 1, which, std::span<T>(targets.values));
  } else {
    targets.classes.resize(rows);
    data::gather<std::int32_t>(from.targets.classes, 1, which, std::span(targets.classes));
  }
}

template struct Examples<float>;
template struct Examples<double>;

template <class T> std::vector<double> outputs_of(models::Model<T>& model, const Examples<T>& examples, Pool& pool) {
  const nn::PoolLoan<T> loan(model.network(), pool);
  const auto rows = static_cast<std::int64_t>(examples.rows);
  Tensor<T> out({rows, static_cast<std::int64_t>(model.head().outputs)});
  model.outputs(examples.all(), out);
  return {out.begin(), out.end()};
}

template <class T> Metrics measure(models::Model<T>& model, const Examples<T>& examples, Pool& pool, const Stop& stop) {
  if (examples.rows == 0) return {};
  const nn::PoolLoan<T> loan(model.network(), pool);
  const models::Inputs<T> x = examples.all();
  const auto width = static_cast<std::int64_t>(model.head().outputs);
  return measure_in_pieces(pool, model.head(), examples.truth, stop, [&](std::size_t from, std::span<double> to) {
    const std::int64_t rows = static_cast<std::int64_t>(to.size()) / width;
    Tensor<T> out({rows, width});
    model.outputs(x.row_range(static_cast<std::int64_t>(from), rows), out);
    std::copy(out.begin(), out.end(), to.begin());
  });
}

template std::vector<double> outputs_of(models::Model<float>&, const Examples<float>&, Pool&);
template std::vector<double> outputs_of(models::Model<double>&, const Examples<double>&, Pool&);
template Metrics measure(models::Model<float>&, const Examples<float>&, Pool&, const Stop&);
template Metrics measure(models::Model<double>&, const Examples<double>&, Pool&, const Stop&);

}  // namespace talweg::train
