#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "talweg/report/table.hpp"
#include "talweg/train/inference.hpp"

namespace talweg::api {

/// A coefficient by the place of its input and its output.
struct Weight {
  double value;
  std::size_t input, output;
  double scaled;      ///< for one standard deviation of its column: what makes columns comparable
  double error = -1;  ///< standard error; −1: not known
};

/// The largest first; equal ones in the order of their inputs. Returns how many were left out.
std::int64_t keep_largest(std::vector<Weight>& weights, std::int64_t top);

/// What is known of a coefficient beside its value.
struct Doubts {
  const train::Inference* inference = nullptr;  ///< nullptr: nothing
  bool odds = false;                            ///< e^value is an odds ratio

  std::vector<std::string> columns() const;
  std::vector<report::Cell> cells(double value, double error) const;
};

/// name, class where there are several outputs, value, scaled where columns were, and doubts.
struct CoefficientTable {
  bool classes = false, scaled = false;
  std::string name = "name", value = "value";  ///< headings
  Doubts doubts = {};

  report::Table operator()(const std::vector<Weight>& weights, const std::vector<std::string>& labels,
                           const std::function<std::string(std::size_t)>& name_of) const;
};

}  // namespace talweg::api
