#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/base/export.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

enum class Task { regression, binary, classes };

/// What a model asks of its target; `automatic` takes what the column is: texts and few whole numbers are classes.
enum class Wanted { automatic, regression, binary, classes };

/// The column that a model learns to predict, and how its values become numbers.
struct TALWEG_API Target {
  std::string name;
  Task task = Task::regression;
  bool numeric = true;               ///< the file holds numbers
  std::vector<std::string> classes;  ///< labels: numbers in their order, texts in the order of their bytes
  std::vector<double> class_values;  ///< beside `classes` when numeric

  void save(Archive& archive) const;
  static Target load(const Archive& archive);
  bool operator==(const Target&) const = default;
};

/// Decides the task and collects the classes of column `name`. Throws when the column cannot serve: no such column, one
/// class only, text where numbers are wanted, three classes for a binary model, a missing value.
TALWEG_API Target understand_target(const Table& table, std::string_view name, Wanted wanted);

/// What forbids a regression whose largest target in size is `largest`: its square is no finite number, or the squares
/// of all are 0. Empty where nothing does.
TALWEG_API std::string size_complaint(double largest);

/// The target of each row (rows): the number itself, or the index of its class. A missing value or a label that is not
/// among the classes is an error with its line.
TALWEG_API std::vector<double> target_values(const Table& table, const Target& target);

}  // namespace talweg::data
