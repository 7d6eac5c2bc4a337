#include "talweg/train/postmortem/examination.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/network_optimizer.hpp"

namespace talweg::train {

namespace {

using Finding = PostMortem::Finding;

constexpr double off_scale = 30;  // times the median of the inputs
constexpr std::size_t rows_looked_at = 2048, rows_measured = 1024;
constexpr std::int64_t fewest_steps = 5;                    // of a trial
constexpr double most_work = 2e9;                           // multiplications in the steps of a trial
constexpr std::size_t most_numbers = std::size_t{1} << 24;  // of standardised rows
constexpr double clearly = 0.01;                            // of the loss: what a change must gain where nothing moved

template <class T> bool all_finite(std::span<const T> values) {
  return std::ranges::all_of(values, [](T v) { return std::isfinite(v); });
}

/// The largest |v|; infinity where one is no finite number.
template <class T> double largest(std::span<const T> values) {
  double most = 0;
  for (const T v : values) {
    if (!std::isfinite(v)) return std::numeric_limits<double>::infinity();
    most = std::max(most, std::abs(static_cast<double>(v)));
  }
  return most;
}

/// The parameters of a model and its random numbers, put back at the end.
template <class T> class Unchanged {
 public:
  explicit Unchanged(models::Model<T>& model)
      : model_(model),
        values_(model.network().values().begin(), model.network().values().end()),
        random_(model.network().random().state()) {}
  ~Unchanged() {
    std::ranges::copy(values_, model_.network().parameters().values.begin());
    model_.network().random() = Random(random_);
  }
  Unchanged(const Unchanged&) = delete;
  Unchanged& operator=(const Unchanged&) = delete;

 private:
  models::Model<T>& model_;
  std::vector<T> values_;
  Random::State random_;
};

template <class T> class Examination {
 public:
  Examination(const Batches<T>& learner, Finding finding, const Stop& stop)
      : learner_(learner), network_(learner.model().network()), stop_(stop), unchanged_(learner.model()) {
    out_.finding = finding;
    out_.last = learner.recorder().last();
  }

  PostMortem run() {
    if (out_.last.empty()) return std::move(out_);
    out_.step = out_.last.back().step, out_.epoch = out_.last.back().epoch;
    look_at_inputs();
    if (!learner_.recorder().state()) return std::move(out_);
    out_.tried_from = learner_.recorder().state()->steps;
    repeat();
    if (out_.finding != Finding::stalled && out_.odd) try_standardised();
    if (!out_.remedy()) try_rates(false);
    if (out_.finding != Finding::stalled && !out_.remedy() && out_.tried_from > 0) try_rates(true);
    return std::move(out_);
  }

 private:
  Batches<T> from_state() const {
    Batches<T> copy = learner_.unrecorded();
    copy.load(learner_.recorder().state()->state);
    return copy;
  }

  /// Outputs of each layer for these rows, at most: of all of them, and of each.
  struct Sizes {
    std::vector<double> all;
    std::vector<std::vector<double>> of_rows;
  };
  Sizes sizes(std::span<const std::uint32_t> rows) const {
    Examples<T> some;
    some.gather(learner_.training(), rows);
    const models::Inputs<T> x = some.all();
    const auto n = static_cast<std::int64_t>(rows.size());
    nn::Pass<T> pass(learner_.pool(), network_.parameters().list, network_.values());
    nn::Value<T> value = x.visit([&](const auto& cells) { return pass.input(cells); });
    Sizes out;
    for (const nn::PlacedLayer& layer : network_.layers()) {
      value = pass.through(layer.module, layer.first, value);
      std::vector<double> of_rows;
      for (std::int64_t r = 0; r < n; ++r) {
        const View<const T> row = value.numbers.row_range(r, 1);
        of_rows.push_back(largest<T>({row.begin(), row.end()}));
      }
      out.all.push_back(std::ranges::max(of_rows));
      out.of_rows.push_back(std::move(of_rows));
    }
    return out;
  }

  /// The last steps once more: their gradients, and what grew in them.
  void repeat() {
    Batches<T> again = from_state();
    std::vector<std::uint32_t> rows(std::min(learner_.batch_size(), learner_.training().rows));
    std::iota(rows.begin(), rows.end(), 0u);
    const std::vector<double> before = sizes(rows).all;
    std::vector<T> values;
    Step step;
    do {
      stop_.check();
      values.assign(network_.values().begin(), network_.values().end());
      step = again.step();
      note_gradient(step.number);
    } while (std::isfinite(step.loss) && all_finite<T>(network_.values()) && step.number < out_.last.back().step);
    out_.step = step.number;
    rows.assign(again.last_batch().begin(), again.last_batch().end());
    const std::vector<T> after(network_.values().begin(), network_.values().end());
    std::ranges::copy(values, network_.parameters().values.begin());
    if (std::isfinite(step.loss) && !all_finite<T>(after))
      name_parameter(after);
    else
      name_layer(before, sizes(rows), rows);
    if (rows.size() < learner_.training().rows) out_.rows = std::move(rows);
  }

  void note_gradient(std::int64_t number) {
    const auto at = std::ranges::find(out_.last, number, &StepRecord::step);
    if (at == out_.last.end()) return;
    double squares = 0;
    for (const T g : network_.parameters().gradients) squares += static_cast<double>(g) * static_cast<double>(g);
    at->gradient_norm = std::sqrt(squares);
  }

  /// The first parameter that has no finite number after an update.
  void name_parameter(std::span<const T> after) {
    for (const nn::Parameter& p : network_.parameters().list) {
      const auto first = static_cast<std::size_t>(p.offset), count = static_cast<std::size_t>(p.size());
      if (all_finite<T>(after.subspan(first, count))) continue;
      out_.part = p.name;
      out_.size = std::numeric_limits<double>::infinity();
      out_.size_before = largest<T>(network_.values().subspan(first, count));
      return;
    }
  }

  /// The first layer without finite outputs, or with none but zeros; otherwise the one whose outputs grew most.
  void name_layer(std::span<const double> before, const Sizes& now, std::span<const std::uint32_t> rows) {
    std::size_t found = now.all.size();
    double growth = 2;  // less is no news
    for (std::size_t i = 0; i < now.all.size(); ++i) {
      if (std::isinf(now.all[i]) || (now.all[i] == 0 && before[i] > 0)) {
        found = i;
        break;
      }
      const double grown = now.all[i] / std::max(before[i], std::numeric_limits<double>::min());
      if (grown > growth && out_.finding != Finding::stalled) growth = grown, found = i;
    }
    if (found == now.all.size()) return;
    out_.part = text::cat("the outputs of ", network_.layers()[found].name);
    out_.size = now.all[found], out_.size_before = before[found];
    name_row(now.of_rows[found], rows);
  }

  void name_row(const std::vector<double>& sizes, std::span<const std::uint32_t> rows) {
    if (sizes.size() < 2) return;
    const auto worst = std::ranges::max_element(sizes) - sizes.begin();
    std::vector<double> others = sizes;
    others.erase(others.begin() + worst);
    if (sizes[static_cast<std::size_t>(worst)] > off_scale * std::ranges::max(others))
      out_.row = rows[static_cast<std::size_t>(worst)];
  }

  void look_at_inputs() {
    const Examples<T>& all = learner_.training();
    const std::size_t stride = std::max<std::size_t>(1, all.rows / rows_looked_at);
    std::vector<double> most(all.inputs);
    for (std::size_t r = 0; r < all.rows; r += stride)
      all.each_cell(r, [&](std::size_t i, double v) { most[i] = std::max(most[i], std::abs(v)); });
    if (most.size() < 2) return;
    const auto widest = static_cast<std::size_t>(std::ranges::max_element(most) - most.begin());
    std::vector<double> others;
    for (std::size_t i = 0; i < most.size(); ++i)
      if (i != widest && most[i] > 0) others.push_back(most[i]);
    if (others.empty()) return;
    const auto middle = others.begin() + static_cast<std::ptrdiff_t>(others.size() / 2);
    std::nth_element(others.begin(), middle, others.end());
    if (most[widest] > off_scale * *middle) out_.odd = PostMortem::Odd{widest, most[widest], *middle};
  }

  std::int64_t steps_of_trial() const {
    const double work =
        static_cast<double>(learner_.batch_size()) * static_cast<double>(network_.parameter_count()) * 3;
    return std::clamp(static_cast<std::int64_t>(most_work / std::max(work, 1.0)), fewest_steps, Recorder::kept);
  }

  /// Makes steps and says what came of them: the loss of the same rows before and after.
  Trial trial(Trial t, Batches<T>& learner) const {
    const Examples<T> sample = sample_of(learner.training());
    const auto loss = [&] { return measure(learner.model(), sample, learner.pool(), stop_).get("loss"); };
    t.from = loss();
    double peak = t.from;
    for (double last = 0; t.steps < steps_of_trial() && std::isfinite(last); ++t.steps) {
      stop_.check();
      last = learner.step().loss;
      peak = std::max(peak, last);
    }
    t.to = loss();
    if (!std::isfinite(t.to)) t.to = std::numeric_limits<double>::quiet_NaN();
    // What comes down to the loss of a constant has lost all that it knew, if it did not begin there.
    const double constant = learner_.constant_loss();
    const bool lost = t.to > 0.97 * constant && (t.to < 1.05 * constant || peak > 1.5 * t.from);
    t.helped = t.to < t.from && !lost;
    return t;
  }

  static Examples<T> sample_of(const Examples<T>& all) {
    const std::size_t stride = (all.rows + rows_measured - 1) / rows_measured;
    std::vector<std::uint32_t> rows;
    for (std::size_t r = 0; r < all.rows; r += stride) rows.push_back(static_cast<std::uint32_t>(r));
    return picked(all, rows);
  }

  static Examples<T> picked(const Examples<T>& all, std::span<const std::uint32_t> rows) {
    Examples<T> out;
    out.gather(all, rows);
    out.gather_figures(all, rows);
    return out;
  }

  /// Other rates: shorter steps until one helps; of a stall longer ones, as long as they help more.
  void try_rates(bool afresh) {
    double rate = 0;
    try {
      rate = learner_.optimizer().method().get("learning_rate");
    } catch (const Error&) {
      return;  // this method has none
    }
    const bool stalled = out_.finding == Finding::stalled;
    for (const double factor : {1e1, 1e2, 1e3, 1e4, 1e6, 1e8}) {
      models::Model<T> model = fresh_model();
      Batches<T> again = afresh ? learner_.on(model, learner_.training()) : from_state();
      const std::string value = text::brief(stalled ? rate * factor : rate / factor, 3);
      try {
        again.set("learning_rate", value);
      } catch (const Error&) {
        return;  // out of its range
      }
      Trial t = trial({.change = text::cat("learning_rate=", value), .afresh = afresh}, again);
      if (stalled) t.helped = t.from - t.to > clearly * std::abs(t.from);
      const bool better = t.helped && (!out_.remedy() || t.to < out_.remedy()->to);
      if (stalled && out_.remedy() && !better) return;  // the best one stays the last
      out_.tried.push_back(std::move(t));
      if (!stalled && out_.remedy()) return;
    }
  }

  models::Model<T> fresh_model() const {
    const models::Model<T>& m = learner_.model();
    return {m.spec(), m.head(), learner_.training().inputs, learner_.seed()};
  }

  /// Scaled columns, from the start, on the rows of the first steps.
  void try_standardised() {
    const Examples<T>& all = learner_.training();
    const auto wanted = learner_.batch_size() * static_cast<std::size_t>(steps_of_trial());
    std::vector<std::uint32_t> rows(std::min(all.rows, wanted));
    if (!all.is_sparse() && rows.size() * all.inputs > most_numbers) return;
    std::iota(rows.begin(), rows.end(), 0u);
    Examples<T> scaled = picked(all, rows);
    standardise(scaled);
    models::Model<T> model = fresh_model();
    Batches<T> again = learner_.on(model, scaled);
    out_.tried.push_back(trial({.change = "standardised inputs", .afresh = true}, again));
  }

  /// Every column that has a number in each row: the categories of texts stay 0 and 1 where rows are sparse.
  static void standardise(Examples<T>& e) {
    std::vector<double> cells(e.inputs), centre(e.inputs), factor(e.inputs);
    const auto each = [&](const auto& f) {
      for (std::size_t r = 0; r < e.rows; ++r) e.each_cell(r, f);
    };
    const auto n = static_cast<double>(e.rows);
    each([&](std::size_t i, double v) { ++cells[i], centre[i] += v; });
    for (double& c : centre) c /= n;
    each([&](std::size_t i, double v) { factor[i] += (v - centre[i]) * (v - centre[i]); });
    for (double& f : factor) f = f > 0 ? 1 / std::sqrt(f / n) : 0;
    const auto scaled = [&](std::size_t i, double v) { return cells[i] < n ? v : (v - centre[i]) * factor[i]; };
    for (std::size_t k = 0; k < e.x.size(); ++k)
      e.x[k] = static_cast<T>(scaled(k % e.inputs, static_cast<double>(e.x[k])));
    for (std::size_t k = 0; k < e.sparse.values.size(); ++k)
      e.sparse.values[k] = scaled(e.sparse.columns[k], e.sparse.values[k]);
  }

  const Batches<T>& learner_;
  nn::Network<T>& network_;
  const Stop& stop_;
  Unchanged<T> unchanged_;
  PostMortem out_;
};

}  // namespace

template <class T> PostMortem examine(const Batches<T>& learner, Finding finding, const Stop& stop) {
  return Examination<T>(learner, finding, stop).run();
}

template PostMortem examine(const Batches<float>&, Finding, const Stop&);
template PostMortem examine(const Batches<double>&, Finding, const Stop&);

}  // namespace talweg::train
