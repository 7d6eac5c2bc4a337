#include "talweg/data/target.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

// Whole numbers are taken for classes when there are few of them and each comes often; a count or a price is not.
constexpr std::size_t most_automatic_classes = 20;
constexpr std::size_t least_rows_per_class = 5;
constexpr std::size_t most_classes = Column::most_labels;
// The squares of what is beyond, and their sums, are no finite numbers: no loss could be told.
constexpr double largest_target = 1e150;
// And where the largest is below this, its deviation may have a square of 0.
constexpr double smallest_target = 1e-140;

void refuse_missing(const Table& table, const Column& column) {
  for (std::size_t r = 0; r < table.rows; ++r)
    if (column.is_missing(r))
      throw Error(text::cat(table.where(r), ": the target '", column.name,
                            "' is missing; fill it in, or leave such rows out with ",
                            text::option("drop_missing_target")));
}

std::set<double> distinct_numbers(const Table& table, const Column& column, std::size_t most) {
  std::set<double> values;
  for (std::size_t r = 0; r < table.rows && values.size() <= most; ++r) values.insert(column.number(r) + 0.0);
  return values;
}

void refuse_sizes(const Table& table, const Column& column) {
  std::size_t at = 0;
  for (std::size_t r = 0; r < table.rows; ++r)
    if (std::abs(column.number(r)) > std::abs(column.number(at))) at = r;
  const std::string complaint = size_complaint(column.number(at));
  if (!complaint.empty())
    throw Error(text::cat(table.where(at), ": the target '", column.name, "' is ", column.number(at), ", ", complaint));
}

bool looks_like_classes(const Table& table, const Column& column) {
  if (!column.categories.empty())
    return column.categories.size() <= most_automatic_classes &&
           column.categories.size() * least_rows_per_class <= table.rows;
  const auto values = distinct_numbers(table, column, most_automatic_classes);
  if (values.size() > most_automatic_classes || values.size() * least_rows_per_class > table.rows) return false;
  return std::all_of(values.begin(), values.end(), [](double v) { return v == std::floor(v); });
}

void collect_classes(const Table& table, const Column& column, Target& target) {
  if (!column.categories.empty()) {
    target.classes = column.categories;
    target.numeric = false;
  } else {
    if (!column.merged.empty()) throw Error(column.merged);
    for (const double v : distinct_numbers(table, column, most_classes)) {
      target.class_values.push_back(v);
      target.classes.push_back(text::number(v));
    }
  }
  const std::size_t count = target.classes.size();
  if (count == 1)
    throw Error(text::cat(table.origin, ": the target '", target.name, "' has one class only ('", target.classes[0],
                          "'); there is nothing to tell apart"));
  if (count > most_classes || (count > 50 && 2 * count > table.rows))
    throw Error(text::cat(
        table.origin, ": the target '", target.name, "' has ", count > most_classes ? "over " : "",
        std::min(count, most_classes), " different values in ", table.rows, " rows, too many for classes; ",
        target.numeric ? text::cat("use ", text::option("model", "linear"), " or a loss such as mean_squared_error")
                       : "name another target"));
}

}  // namespace

Target understand_target(const Table& table, std::string_view name, Wanted wanted) {
  const Column& column = table.column(name);
  column.check_usable();
  Target target;
  target.name = column.name;
  target.numeric = column.kind != Column::Kind::text;
  refuse_missing(table, column);
  const bool automatic = wanted == Wanted::automatic;
  if (automatic) wanted = !target.numeric || looks_like_classes(table, column) ? Wanted::classes : Wanted::regression;
  if (wanted == Wanted::regression) {
    if (!target.numeric)
      throw Error(text::cat(table.origin, ": the target '", target.name, "' is text ('", column.categories[0],
                            "', …) where numbers are needed; use ", text::option("model", "softmax"),
                            ", or logistic for two classes"));
    refuse_sizes(table, column);
    return target;
  }
  collect_classes(table, column, target);
  target.task = target.classes.size() == 2 && (automatic || wanted == Wanted::binary) ? Task::binary : Task::classes;
  if (wanted == Wanted::binary && target.classes.size() != 2)
    throw Error(text::cat(table.origin, ": the target '", target.name, "' has ", target.classes.size(),
                          " different values where a binary model needs two (0/1, -1/1, 1/2 or two words); use ",
                          text::option("model", "softmax"), target.numeric ? ", or linear for numbers" : ""));
  return target;
}

std::string size_complaint(double largest) {
  const double size = std::abs(largest);
  if (size > largest_target) return "whose square is no finite number; divide the column by a power of ten";
  if (size > 0 && size < smallest_target)
    return "the largest of all, and squares of such numbers are 0 in double; multiply the column by a power of ten";
  return "";
}

std::vector<double> target_values(const Table& table, const Target& target) {
  const Column& column = table.column(target.name);
  refuse_missing(table, column);
  std::vector<double> values(table.rows);
  const bool texts = column.kind == Column::Kind::text || (!target.numeric && !column.codes.empty());
  if (texts) {
    std::vector<double> place;
    for (const auto& category : column.categories) {
      const auto found = std::find(target.classes.begin(), target.classes.end(), category);
      place.push_back(found == target.classes.end() ? -1 : static_cast<double>(found - target.classes.begin()));
    }
    for (std::size_t r = 0; r < table.rows; ++r) values[r] = place[static_cast<std::size_t>(column.codes[r])];
  } else if (target.task == Task::regression) {
    for (std::size_t r = 0; r < table.rows; ++r) values[r] = column.number(r);
    return values;
  } else {
    for (std::size_t r = 0; r < table.rows; ++r) {
      const auto& v = target.class_values;
      const auto found = std::lower_bound(v.begin(), v.end(), column.number(r));
      values[r] = found == v.end() || *found != column.number(r) ? -1 : static_cast<double>(found - v.begin());
    }
  }
  const auto unknown = std::find(values.begin(), values.end(), -1.0);
  if (unknown != values.end()) {
    const auto r = static_cast<std::size_t>(unknown - values.begin());
    const std::string label =
        texts ? column.categories[static_cast<std::size_t>(column.codes[r])] : text::number(column.number(r));
    const std::vector<std::string_view> names(target.classes.begin(), target.classes.end());
    const std::string near = text::did_you_mean(label, names);
    throw Error(text::cat(table.where(r), ": the class '", text::shown(label), "' of the target '", target.name,
                          "' is not among those of the training data; ",
                          near.empty() ? text::cat("they are ", text::list_some(names, 8)) : near));
  }
  return values;
}

void Target::save(Archive& archive) const {
  constexpr std::string_view tasks[] = {"regression", "binary", "classes"};
  archive.put("target.name", std::string_view(name));
  archive.put("target.task", tasks[static_cast<std::size_t>(task)]);
  archive.put("target.numeric", std::int64_t{numeric});
  archive.put("target.classes", classes);
  archive.put("target.class_values", class_values);
}

Target Target::load(const Archive& archive) {
  Target target;
  target.name = archive.text("target.name");
  const std::string task = archive.text("target.task");
  if (task != "regression" && task != "binary" && task != "classes") archive.fail("target.task", "names no task");
  target.task = task == "regression" ? Task::regression : task == "binary" ? Task::binary : Task::classes;
  target.numeric = archive.integer("target.numeric") != 0;
  target.classes = archive.texts("target.classes");
  target.class_values = archive.doubles("target.class_values");
  const std::size_t count = target.classes.size();
  const std::size_t least = target.task == Task::regression ? 0 : 2, largest = target.task == Task::regression ? 0
                                                                               : target.task == Task::binary
                                                                                   ? 2
                                                                                   : most_classes;
  if (count < least || count > largest)
    archive.fail("target.classes", text::cat("holds ", count, " classes, which does not fit the task '", task, "'"));
  if (task == "regression" && !target.numeric) archive.fail("target.numeric", "does not fit a regression");
  if (std::set<std::string_view>(target.classes.begin(), target.classes.end()).size() != count)
    archive.fail("target.classes", "holds a class twice");
  const auto& values = target.class_values;
  if (values.size() != (target.numeric ? count : 0) ||
      std::adjacent_find(values.begin(), values.end(), std::greater_equal<>{}) != values.end())
    archive.fail("target.class_values", "should rise, one for each of target.classes where they are numbers");
  return target;
}

}  // namespace talweg::data
