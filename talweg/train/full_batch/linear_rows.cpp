#include "talweg/train/full_batch/linear_rows.hpp"

namespace talweg::train {

Metrics measure_rows(models::Model<double>& model, const Examples<double>& e, Pool& pool, const Stop& stop) {
  if (e.rows == 0) return {};
  const auto width = static_cast<std::int64_t>(model.head().outputs);
  return measure_in_pieces(
      pool, model.head(), e.truth, e.row_weights(), stop, [&](std::size_t from, std::span<double> to) {
        if (e.is_sparse() && model.spec().hidden.empty())
          return models::linear_outputs(pool, linear_inputs(e), static_cast<std::int64_t>(from),
                                        model.network().parameters().values, to, width);
        const std::int64_t rows = static_cast<std::int64_t>(to.size()) / width;
        model.outputs(e.all().row_range(static_cast<std::int64_t>(from), rows), View<double>(to.data(), {rows, width}));
      });
}

}  // namespace talweg::train
