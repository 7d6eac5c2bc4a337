#include "talweg/data/preprocess.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <unordered_map>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/safe_scale.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

namespace {

constexpr double pixel_scale = 1.0 / 255;
// Texts with more different values than half the rows name the rows; as inputs they could only be learned by heart.
constexpr std::size_t least_identifiers = 50;
// Automatic standardisation begins where a column lies or spreads this far from the unit that initialisation and
// default learning rates are made for.
constexpr double largest_plain = 20, smallest_plain = 0.02;

struct Moments {
  double mean = 0, deviation = 0, median = 0;
};

/// Of the known values; two passes, because a mean of 1e6 with a deviation of 1 would not survive one.
Moments moments_of(const Column& column, std::span<const std::uint32_t> rows) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const auto r : rows)
    if (!column.is_missing(r)) values.push_back(column.number(r));
  Moments m;
  if (values.empty()) return m;
  const std::size_t half = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half), values.end());
  m.median = values[half];
  if (values.size() % 2 == 0) {
    const double below = *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half));
    m.median = below + (m.median - below) / 2;
  }
  // Missing cells will hold the median: count them, so that the inputs have mean 0 and deviation 1 as the model sees
  // them.
  const auto filled = static_cast<double>(rows.size() - values.size()), all = static_cast<double>(rows.size());
  for (const double v : values) m.mean += v / all;
  m.mean += filled * (m.median / all);
  double largest = std::abs(m.median - m.mean);
  for (const double v : values) largest = std::max(largest, std::abs(v - m.mean));
  const double scale = safe_scale(largest);
  const auto square = [&](double v) { return (v - m.mean) * scale * ((v - m.mean) * scale); };
  double squares = filled * square(m.median);
  for (const double v : values) squares += square(v);
  m.deviation = std::sqrt(squares / all) / scale;
  return m;
}

bool is_constant(const Column& column, std::span<const std::uint32_t> rows, double fill) {
  const auto value = [&](std::uint32_t r) { return column.is_missing(r) ? fill : column.number(r); };
  return std::all_of(rows.begin(), rows.end(), [&](std::uint32_t r) { return value(r) == value(rows[0]); });
}

Feature text_feature(const Column& column, std::span<const std::uint32_t> rows, std::vector<std::string>& notes) {
  Feature f{column.name, Column::Kind::text, 0, 0, 1, {}};
  std::vector<bool> seen(column.categories.size());
  bool missing = false;
  for (const auto r : rows) {
    if (column.codes[r] >= 0)
      seen[static_cast<std::size_t>(column.codes[r])] = true;
    else
      missing = true;
  }
  for (std::size_t k = 0; k < seen.size(); ++k)
    if (seen[k]) f.categories.push_back(column.categories[k]);
  if (f.categories.size() > least_identifiers && 2 * f.categories.size() > rows.size()) {
    notes.push_back(text::cat("column '", f.name, "' has ", f.categories.size(), " different texts in ", rows.size(),
                              " rows: left out, it names the rows"));
    f.kind = Column::Kind::ignored;
    f.categories.clear();
  } else if (f.categories.size() <= 1 && !missing) {
    notes.push_back(text::cat("column '", f.name, "' is constant: it carries no information"));
    f.categories.clear();
  }
  return f;
}

struct NumericFeature {
  Feature feature;
  Moments moments;
  bool constant;
};

NumericFeature numeric_feature(const Table& table, const Column& column, std::span<const std::uint32_t> rows) {
  NumericFeature n{{column.name, Column::Kind::numeric, 0, 0, 1, {}}, moments_of(column, rows), false};
  n.feature.fill = n.moments.median;
  n.constant = is_constant(column, rows, n.moments.median) || !(n.moments.deviation > 0);
  n.feature.factor = column.bytes.empty() ? 1 : pixel_scale;
  if (!std::isfinite(n.moments.deviation) || (!n.constant && !std::isfinite(1 / n.moments.deviation)))
    throw Error(text::cat(table.origin, ": the values of the column '", column.name, "' are too ",
                          std::isfinite(n.moments.deviation) ? "close together" : "far apart",
                          " to be scaled in double; divide it by a power of ten, or ignore it"));
  return n;
}

bool needs_standardizing(const NumericFeature& n) {
  const double factor = n.feature.factor;
  return !n.constant && ((std::abs(n.moments.mean) + n.moments.deviation) * factor > largest_plain ||
                         n.moments.deviation * factor < smallest_plain);
}

void note_constants(const std::vector<std::string>& names, std::vector<std::string>& notes) {
  if (names.empty()) return;
  const std::vector<std::string_view> constant(names.begin(), names.end());
  notes.push_back(text::cat(names.size(), names.size() == 1 ? " column is" : " columns are",
                            " constant in the training rows and carry no information: ", text::list_some(constant, 5)));
}

}  // namespace

Preprocess Preprocess::fit(const Table& table, Target target, std::span<const std::uint32_t> rows,
                           const PreprocessOptions& options) {
  Preprocess p;
  p.target = std::move(target);
  p.header = table.header;
  p.format = table.format;
  p.reading = options.reading.of_cells();
  if (table.sparse) {
    p.standardized = options.standardize == Standardize::on;
    fit_sparse_features(p, table, rows, options.ignore, p.standardized);
    if (p.inputs() == 0) throw Error(text::cat(table.origin, ": the rows hold no feature to learn from"));
    return p;
  }
  for (const auto& name : options.ignore) table.column(name);
  if (!options.reading.id.empty() && table.column(options.reading.id).name == p.target.name)
    throw Error("id", text::cat(text::option("id", p.target.name), ": the column is the target, which names no rows"));
  std::vector<NumericFeature> numeric;
  std::vector<std::size_t> place;  // of each numeric feature among all
  for (const auto& column : table.columns) {
    p.columns.push_back(column.name);
    if (column.name == p.target.name || column.name == options.reading.id ||
        std::count(options.ignore.begin(), options.ignore.end(), column.name) > 0)
      continue;
    column.check_usable();
    if (column.kind == Column::Kind::text) {
      p.features.push_back(text_feature(column, rows, p.notes));
    } else {
      if (!column.merged.empty()) throw Error(column.merged);
      place.push_back(p.features.size());
      numeric.push_back(numeric_feature(table, column, rows));
      p.features.push_back(numeric.back().feature);
    }
  }
  // Pixels share one scale; the many that are almost always blank must not be blown up.
  const bool automatic =
      table.format != Format::idx && std::any_of(numeric.begin(), numeric.end(), needs_standardizing);
  p.standardized =
      options.standardize == Standardize::on || (options.standardize == Standardize::automatic && automatic);
  std::vector<std::string> constants;
  for (std::size_t i = 0; i < numeric.size(); ++i) {
    Feature& f = p.features[place[i]];
    if (numeric[i].constant) {
      constants.push_back(f.name);
      f.mean = numeric[i].moments.median;
      f.factor = 0;
    } else if (p.standardized) {
      f.mean = numeric[i].moments.mean;
      f.factor = 1 / numeric[i].moments.deviation;
    }
  }
  note_constants(constants, p.notes);
  if (p.inputs() == 0)
    throw Error(text::cat(table.origin, ": there is no column to learn from beside the target '", p.target.name, "'"));
  return p;
}

std::size_t Preprocess::inputs() const {
  std::size_t count = 0;
  for (const auto& f : features) count += f.inputs();
  return count;
}

bool Preprocess::is_wide() const {
  std::size_t all = 0, filled = 0;
  for (const auto& f : features) all += f.inputs(), filled += f.inputs() > 0;
  return all >= least_wide && filled * widest_share <= all;
}

std::vector<std::string> Preprocess::input_names() const {
  std::vector<std::string> names;
  for (const auto& f : features) {
    if (f.kind == Column::Kind::numeric) names.push_back(f.name);
    for (const auto& category : f.categories) names.push_back(text::cat(f.name, "=", category));
  }
  return names;
}

CsvOptions Preprocess::expectations(bool with_target) const {
  CsvOptions options;
  if (!header && format == Format::csv) {
    options.header = false;
    std::vector<std::string> without;
    std::copy_if(columns.begin(), columns.end(), std::back_inserter(without),
                 [&](const auto& c) { return c != target.name; });
    options.layouts = {columns, without};
  }
  options.libsvm_from_one =
      format == Format::libsvm && std::find(columns.begin(), columns.end(), "f0") == columns.end();
  if (format == Format::libsvm && !options.libsvm_from_one) {
    std::int64_t last = 0;
    for (const auto& name : columns)
      if (name.starts_with('f')) last = std::max(last, text::parse_integer(name.substr(1)).value_or(0));
    options.libsvm_last_from_zero = static_cast<std::uint64_t>(last);
  }
  std::unordered_map<std::string_view, Column::Kind> kinds;
  for (const auto& f : features) kinds.emplace(f.name, f.inputs() == 0 ? Column::Kind::ignored : f.kind);
  options.kind_of = [this, with_target,
                     kinds = std::move(kinds)](std::string_view name) -> std::optional<Column::Kind> {
    if (name == target.name)
      return !with_target ? Column::Kind::ignored : target.numeric ? Column::Kind::numeric : Column::Kind::text;
    const auto found = kinds.find(name);
    return found == kinds.end() ? Column::Kind::ignored : found->second;
  };
  return options;
}

void Preprocess::save(Archive& archive) const {
  std::vector<std::string> names;
  std::vector<std::int64_t> kinds;
  std::vector<double> numbers;
  for (const auto& f : features) {
    names.push_back(f.name);
    kinds.push_back(static_cast<std::int64_t>(f.kind));
    numbers.insert(numbers.end(), {f.fill, f.mean, f.factor});
  }
  archive.put("preprocess.columns", columns);
  archive.put("preprocess.file", std::vector<std::int64_t>{static_cast<std::int64_t>(format), header, standardized});
  archive.put("preprocess.features", names);
  archive.put("preprocess.kinds", kinds);
  archive.put("preprocess.numbers", numbers, {features.size(), 3});
  for (const auto& f : features)
    if (f.kind == Column::Kind::text) archive.put(text::cat("preprocess.categories.", f.name), f.categories);
  reading.save(archive);
  target.save(archive);
}

Preprocess Preprocess::load(const Archive& archive) {
  Preprocess p;
  p.columns = archive.texts("preprocess.columns");
  const auto file = archive.integers("preprocess.file");
  p.format = static_cast<Format>(file[0]);
  p.header = file[1] != 0;
  p.standardized = file[2] != 0;
  const auto names = archive.texts("preprocess.features");
  const auto kinds = archive.integers("preprocess.kinds");
  const auto numbers = archive.doubles("preprocess.numbers");
  if (kinds.size() != names.size() || numbers.size() != 3 * names.size())
    archive.fail("preprocess.features", "does not fit preprocess.kinds and preprocess.numbers");
  // Also because features of one name would share one entry of categories, and memory would not go with the file.
  if (std::set<std::string_view>(names.begin(), names.end()).size() != names.size())
    archive.fail("preprocess.features", "holds a name twice");
  for (std::size_t i = 0; i < names.size(); ++i) {
    Feature f{names[i], static_cast<Column::Kind>(kinds[i]), numbers[3 * i], numbers[3 * i + 1], numbers[3 * i + 2],
              {}};
    if (f.kind == Column::Kind::text) {
      const std::string entry = text::cat("preprocess.categories.", f.name);
      f.categories = archive.texts(entry);
      if (std::adjacent_find(f.categories.begin(), f.categories.end(), std::greater_equal<>{}) != f.categories.end())
        archive.fail(entry, "should hold different texts in the order of their bytes");
    }
    p.features.push_back(std::move(f));
  }
  if (p.inputs() == 0) archive.fail("preprocess.features", "makes no inputs");
  p.reading = Reading::load(archive);
  p.target = Target::load(archive);
  return p;
}

}  // namespace talweg::data
