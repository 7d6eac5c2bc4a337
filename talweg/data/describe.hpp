#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// What was understood of one column, for people to check before they train.
struct ColumnDescription {
  std::string name, kind;  ///< "numeric" or "text"
  std::string role;        ///< "feature", "target", "constant", "left out" or "ignored"
  std::size_t missing = 0;
  bool all_missing = false;
  std::size_t distinct = 0;            ///< texts: number of categories
  double low = 0, high = 0, mean = 0;  ///< numbers: of the known values; NaN when there are none
  std::vector<std::string> examples;   ///< texts: the first categories
};

struct ClassCount {
  std::string label;
  std::size_t rows;
};

/// What was understood of a file.
struct Description {
  std::string origin, format, delimiter;
  bool header = false;
  std::size_t rows = 0;
  std::vector<ColumnDescription> columns;
  std::string task;  ///< "regression", "binary" or "classes"
  std::vector<ClassCount> classes;
  std::size_t inputs = 0;
  std::size_t sparse_columns = 0;  ///< features that are kept sparse, and not in `columns`
  std::size_t nonzeros = 0;        ///< of them
  bool standardized = false;
  std::vector<std::string> notes;
};

TALWEG_API Description describe(const Table& table, const Preprocess& preprocess);

}  // namespace talweg::data
