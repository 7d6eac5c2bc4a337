#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "talweg/models/saved_model.hpp"

namespace talweg::interchange {

/// Numbers of a model under a name, the last axis of `shape` running fastest.
struct Array {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::variant<std::vector<float>, std::vector<double>, std::vector<std::int64_t>> values;
};

/// A model as other programs read it: what it is, and its numbers.
struct Contents {
  std::vector<std::pair<std::string, std::string>> about;  ///< members of a JSON object: name, value as JSON
  std::vector<Array> arrays;                               ///< by names that differ

  /// The object in one line, with the members of `about`.
  std::string json() const;
};

/// All that predicting needs, of a model of any kind. Throws Error for a text of the model that is no UTF-8.
Contents contents_of(const models::SavedModel& model);

}  // namespace talweg::interchange
