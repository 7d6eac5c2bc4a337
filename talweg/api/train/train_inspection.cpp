#include "talweg/api/train/train_inspection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/text.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/targets.hpp"

namespace talweg::api {

namespace {

constexpr std::size_t most_worst = 24;
constexpr std::size_t most_points = 500;  // of a curve
constexpr std::size_t most_gradient_rows = 512;
constexpr std::size_t most_told = 8;      // inputs of a row that is no picture
constexpr std::size_t least_pixels = 49;  // of a picture in a table: fewer columns are more likely something else

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

/// "digits.csv:17" of "/home/me/data/digits.csv:17": a page tells nobody where a file lay.
std::string file_name(const std::string& where) { return where.substr(where.rfind('/') + 1); }

std::string label(const data::Target& target, double value) {
  if (target.task == data::Task::regression) return text::brief(value, 6);
  const auto k = static_cast<std::size_t>(value);
  return k < target.classes.size() ? target.classes[k] : text::cat(k);
}

/// The first numbers of a row; of a sparse one, those that are there.
std::vector<std::pair<std::string, double>> told_inputs(const train::TrainedModel& model, const data::Table& table,
                                                        std::size_t row) {
  std::vector<std::pair<std::string, double>> out;
  if (table.sparse) {
    const data::SparseRows& cells = *table.sparse;
    for (std::size_t k = cells.starts[row]; k < cells.starts[row + 1] && out.size() < most_told; ++k)
      out.emplace_back(text::cat("feature ", cells.columns[k]), cells.value(k));
    return out;
  }
  for (const auto& f : model.preprocess.features) {
    const data::Column* column = f.kind == data::Column::Kind::numeric ? table.find(f.name) : nullptr;
    if (column && column->kind == data::Column::Kind::numeric && out.size() < most_told)
      out.emplace_back(f.name, column->number(row));
  }
  return out;
}

/// Of a row: what was predicted, and the probabilities of its class and of the one predicted; NaN where there are none.
struct PredictedRow {
  double value, of_truth = NAN, of_value = NAN, of_positive = NAN;
};

std::vector<PredictedRow> predict_rows(const train::TrainedModel& model, const data::Table& table,
                                       std::span<const double> truth, Pool& pool, const Stop& stop) {
  std::vector<PredictedRow> rows;
  std::vector<std::string> notes;
  model.each_piece(table, pool, notes, [&](std::size_t from, std::span<const double> outputs) {
    if (from > 0) stop.check();
    const models::Predictions p = models::read_outputs(model.head, outputs);
    for (std::size_t i = 0; i < p.values.size(); ++i) {
      PredictedRow row{p.values[i]};
      if (p.classes > 0 && !p.probabilities.empty()) {
        const double* const probabilities = p.probabilities.data() + i * p.classes;
        row.of_truth = probabilities[static_cast<std::size_t>(truth[from + i])];
        row.of_value = probabilities[static_cast<std::size_t>(p.values[i])];
        if (p.classes == 2) row.of_positive = probabilities[model.head.positive];
      }
      rows.push_back(row);
    }
  });
  return rows;
}

void draw_curves(const models::Head& head, const RowsToInspect& asked, std::span<const double> truth,
                 const std::vector<PredictedRow>& all, TrainInspection& out) {
  std::vector<double> scores, positive, weights;
  for (const auto r : asked.rows) {
    scores.push_back(head.task == data::Task::regression ? all[r].value : all[r].of_positive);
    positive.push_back(head.task == data::Task::regression ? truth[r] : truth[r] == static_cast<double>(head.positive));
    if (!asked.weights.empty()) weights.push_back(asked.weights[r]);
  }
  if (head.task == data::Task::regression) {
    out.predicted = train::thinned({positive, scores}, most_points);
    return;
  }
  if (scores.empty() || std::isnan(scores[0])) return;
  const train::ScoredRows rows{scores, positive, weights};
  out.roc = train::thinned(train::roc_curve(rows), most_points);
  out.precision_recall = train::thinned(train::precision_recall_curve(rows), most_points);
  out.calibration = train::calibration_curve(rows);
}

}  // namespace

void inspect_rows(const train::TrainedModel& model, const RowsToInspect& asked, Pool& pool, const Stop& stop,
                  TrainInspection& out) {
  const data::Table& table = asked.table;
  const auto rows = asked.rows;
  const data::Target& target = model.preprocess.target;
  const std::vector<double> truth = data::target_values(table, target);
  const bool classes = target.task != data::Task::regression;
  const std::vector<PredictedRow> all = predict_rows(model, table, truth, pool, stop);
  draw_curves(model.head, asked, truth, all, out);
  out.rows = rows.size();
  std::vector<std::pair<double, std::uint32_t>> order;  // loss, row
  for (const auto r : rows) {
    const bool hit = classes && all[r].value == truth[r];
    out.wrong += classes && !hit ? 1 : 0;
    const double p = all[r].of_truth;
    const double loss = !classes        ? std::abs(all[r].value - truth[r])
                        : std::isnan(p) ? 1
                                        : -std::log(std::max(p, 1e-300));
    if (!hit) order.emplace_back(loss, r);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  order.resize(std::min(order.size(), most_worst));

  const auto columns = table.sparse ? std::vector<const data::Column*>{} : numeric_columns(table, model.preprocess);
  if (!columns.empty()) out.image_width = picture_width(table, columns, out.ink);
  for (const auto& [loss, r] : order) {
    InspectedRow row{file_name(table.where(r)), label(target, truth[r]), label(target, all[r].value), loss,
                     all[r].of_value};
    if (out.image_width > 0)
      for (const auto* column : columns) row.pixels.push_back(column->number(r) / out.ink);
    else
      row.inputs = told_inputs(model, table, r);
    out.worst.push_back(std::move(row));
  }
}

template <class T>
void inspect_parameters(const train::TrainedModel& kept, models::Model<T>& model, const train::Examples<T>& training,
                        TrainInspection& out) {
  for (const auto& f : kept.preprocess.features)
    if (f.kind == data::Column::Kind::numeric) out.features.push_back(f.name);
  const auto parameters = model.network().parameters();
  if (training.sparse.shift.empty()) {
    out.gradient_rows = std::min(training.rows, most_gradient_rows);
    parameters.zero_gradients();
    model.differentiate(training.all().row_range(0, static_cast<std::int64_t>(out.gradient_rows)),
                        training.wanted(out.gradient_rows));
  }
  for (const auto& p : kept.layout) {
    const bool matrix = p.shape.rank() == 2;
    InspectedTensor tensor{p.name, matrix ? p.shape[0] : p.size(), matrix ? p.shape[1] : 0};
    const auto begin = static_cast<std::ptrdiff_t>(p.offset), end = begin + static_cast<std::ptrdiff_t>(p.size());
    tensor.values.assign(kept.parameters.begin() + begin, kept.parameters.begin() + end);
    if (out.gradient_rows > 0)
      tensor.gradients.assign(parameters.gradients.begin() + begin, parameters.gradients.begin() + end);
    out.tensors.push_back(std::move(tensor));
  }
}

template void inspect_parameters(const train::TrainedModel&, models::Model<float>&, const train::Examples<float>&,
                                 TrainInspection&);
template void inspect_parameters(const train::TrainedModel&, models::Model<double>&, const train::Examples<double>&,
                                 TrainInspection&);

}  // namespace talweg::api
