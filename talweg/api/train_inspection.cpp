#include "talweg/api/train_inspection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

constexpr std::size_t most_worst = 24;
constexpr std::size_t most_gradient_rows = 512;
constexpr std::size_t batch = 512;        // rows that are predicted at once
constexpr std::size_t least_pixels = 49;  // of a picture in a table: fewer columns are more likely something else

/// Raw outputs (rows, outputs) in double.
template <class T> std::vector<double> outputs_of(const models::Model<T>& model, const train::Examples<T>& e) {
  const std::size_t width = model.head().outputs;
  std::vector<double> out;
  for (std::size_t begin = 0; begin < e.rows; begin += batch) {
    const std::size_t n = std::min(batch, e.rows - begin);
    AlignedVector<T> y(n * width);
    model.outputs(View<const T>(e.x.data() + begin * e.inputs,
                                {static_cast<std::int64_t>(n), static_cast<std::int64_t>(e.inputs)}),
                  View<T>(y.data(), {static_cast<std::int64_t>(n), static_cast<std::int64_t>(width)}));
    out.insert(out.end(), y.begin(), y.end());
  }
  return out;
}

/// The columns that are numeric inputs as they stand in the file; empty when some input is a text.
std::vector<const data::Column*> numeric_columns(const data::Table& table, const data::Preprocess& preprocess) {
  std::vector<const data::Column*> out;
  for (const auto& f : preprocess.features) {
    if (f.kind == data::Column::Kind::ignored) continue;
    const data::Column* column = table.find(f.name);
    if (!column || column->kind != data::Column::Kind::numeric) return {};
    out.push_back(column);
  }
  return out;
}

/// Whether the inputs are the pixels of square pictures: as many columns as a square has, whole numbers from 0 to 255.
std::size_t picture_width(const data::Table& table, const std::vector<const data::Column*>& columns, double& ink) {
  const auto width = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(columns.size()))));
  if (width * width != columns.size() || (table.format != data::Format::idx && columns.size() < least_pixels)) return 0;
  ink = 0;
  for (const auto* column : columns)
    for (std::size_t r = 0; r < table.rows; ++r) {
      const double v = column->number(r);
      if (!(v >= 0 && v <= 255 && v == std::trunc(v))) return 0;
      ink = std::max(ink, v);
    }
  return ink > 0 ? width : 0;
}

std::string label(const data::Target& target, double value) {
  if (target.task == data::Task::regression) return text::brief(value, 6);
  const auto k = static_cast<std::size_t>(value);
  return k < target.classes.size() ? target.classes[k] : text::cat(k);
}

std::vector<double> raw_inputs(const data::Table& table, const data::Preprocess& preprocess, std::size_t row) {
  std::vector<double> out;
  for (const auto& f : preprocess.features) {
    if (f.kind == data::Column::Kind::ignored) continue;
    const data::Column* column = table.find(f.name);
    out.push_back(!column                                       ? NAN
                  : column->kind == data::Column::Kind::numeric ? column->number(row)
                                                                : column->codes[row]);
  }
  return out;
}

template <class T>
void add_worst(const models::Model<T>& model, const InspectedData<T>& shown, const data::Preprocess& preprocess,
               const data::Target& target, TrainInspection& out) {
  const auto predictions = models::read_outputs(model.head(), outputs_of(model, shown.examples));
  const bool classes = target.task != data::Task::regression;
  const auto probability = [&](std::size_t r, double of) {
    return predictions.probabilities.empty()
               ? NAN
               : predictions.probabilities[r * predictions.classes + static_cast<std::size_t>(of)];
  };
  std::vector<double> loss(out.rows);
  std::vector<std::size_t> order;
  for (std::size_t r = 0; r < out.rows; ++r) {
    const double truth = shown.examples.truth[r], said = predictions.values[r];
    if (classes && said != truth) ++out.wrong;
    if (!classes || said != truth) order.push_back(r);
    const double p = classes ? probability(r, truth) : NAN;
    loss[r] = !classes ? std::abs(said - truth) : std::isnan(p) ? 1 : -std::log(std::max(p, 1e-300));
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return loss[a] > loss[b]; });
  order.resize(std::min(order.size(), most_worst));
  for (const auto r : order) {
    const std::uint32_t row = shown.rows[r];
    const double said = predictions.values[r];
    out.worst.push_back({shown.table.where(row), label(target, shown.examples.truth[r]), label(target, said), loss[r],
                         classes ? probability(r, said) : NAN, raw_inputs(shown.table, preprocess, row)});
  }
}

template <class T> void add_tensors(models::Model<T>& model, const train::Examples<T>& training, TrainInspection& out) {
  const std::size_t n = out.gradient_rows = std::min(training.rows, most_gradient_rows);
  const auto parameters = model.network().parameters();
  parameters.zero_gradients();
  nn::Targets<T> targets;
  if (!training.targets.values.empty())
    targets.values = View<const T>(
        training.targets.values.data(),
        {static_cast<std::int64_t>(n), static_cast<std::int64_t>(training.targets.values.size() / training.rows)});
  else
    targets.classes = std::span<const std::int32_t>(training.targets.classes.data(), n);
  model.differentiate(
      View<const T>(training.x.data(), {static_cast<std::int64_t>(n), static_cast<std::int64_t>(training.inputs)}),
      targets);
  for (const auto& p : parameters.list) {
    const auto begin = static_cast<std::size_t>(p.offset), size = static_cast<std::size_t>(p.size());
    const auto values = parameters.values.subspan(begin, size), gradients = parameters.gradients.subspan(begin, size);
    const bool matrix = p.shape.rank() == 2;
    out.tensors.push_back({p.name,
                           matrix ? p.shape[0] : p.size(),
                           matrix ? p.shape[1] : 0,
                           {values.begin(), values.end()},
                           {gradients.begin(), gradients.end()}});
  }
}

}  // namespace

template <class T>
TrainInspection inspect(models::Model<T>& model, const InspectedData<T>& shown, const train::Examples<T>& training,
                        const data::Preprocess& preprocess, const data::Target& target) {
  TrainInspection out;
  out.rows = shown.examples.rows;
  for (const auto& f : preprocess.features)
    if (f.kind != data::Column::Kind::ignored) out.features.push_back(f.name);
  if (const auto columns = numeric_columns(shown.table, preprocess); !columns.empty())
    out.image_width = picture_width(shown.table, columns, out.ink);
  add_worst(model, shown, preprocess, target, out);
  add_tensors(model, training, out);
  return out;
}

template TrainInspection inspect(models::Model<float>&, const InspectedData<float>&, const train::Examples<float>&,
                                 const data::Preprocess&, const data::Target&);
template TrainInspection inspect(models::Model<double>&, const InspectedData<double>&, const train::Examples<double>&,
                                 const data::Preprocess&, const data::Target&);

}  // namespace talweg::api
