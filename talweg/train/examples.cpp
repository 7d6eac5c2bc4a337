#include "talweg/train/examples.hpp"

#include <algorithm>
#include <numeric>
#include <type_traits>

#include "talweg/models/linear_objective.hpp"

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
  if (!from.targets.weights.empty()) {
    targets.weights.resize(rows);
    data::gather<T>(from.targets.weights, 1, which, std::span<T>(targets.weights));
  }
}

template <class T> void Examples<T>::gather_figures(const Examples& from, std::span<const std::uint32_t> which) {
  const auto take = [&](const std::vector<double>& all, std::vector<double>& some) {
    some.clear();
    if (!all.empty())
      for (const auto r : which) some.push_back(all[r]);
  };
  take(from.truth, truth);
  take(from.weights, weights);
  take(from.loss_weights, loss_weights);
}

template <class T> double Examples<T>::mean_loss_weight() const {
  const std::vector<double>& w = loss_weights.empty() ? weights : loss_weights;
  return w.empty() ? 1 : std::accumulate(w.begin(), w.end(), 0.0) / static_cast<double>(rows);
}

template <class T> std::vector<double> outputs_of(models::Model<T>& model, const Examples<T>& examples, Pool& pool) {
  if constexpr (std::is_same_v<T, double>)
    if (examples.is_sparse() && model.spec().hidden.empty()) {
      std::vector<double> outputs(examples.rows * model.head().outputs);
      models::linear_outputs(pool, models::LinearInputs::of(examples.sparse), 0, model.network().parameters().values,
                             outputs, static_cast<std::int64_t>(model.head().outputs));
      return outputs;
    }
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
  return measure_in_pieces(pool, model.head(), examples.truth, examples.row_weights(), stop,
                           [&](std::size_t from, std::span<double> to) {
                             const std::int64_t rows = static_cast<std::int64_t>(to.size()) / width;
                             Tensor<T> out({rows, width});
                             model.outputs(x.row_range(static_cast<std::int64_t>(from), rows), out);
                             std::copy(out.begin(), out.end(), to.begin());
                           });
}

template struct Examples<float>;
template struct Examples<double>;
template std::vector<double> outputs_of(models::Model<float>&, const Examples<float>&, Pool&);
template std::vector<double> outputs_of(models::Model<double>&, const Examples<double>&, Pool&);
template Metrics measure(models::Model<float>&, const Examples<float>&, Pool&, const Stop&);
template Metrics measure(models::Model<double>&, const Examples<double>&, Pool&, const Stop&);

}  // namespace talweg::train
