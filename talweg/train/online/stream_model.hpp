#pragma once
#include <string>

#include "talweg/models/sparse_linear.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::train::online {

/// A sparse model as a file: what it is, and what made it.
struct StreamModel {
  models::SparseLinear model;
  TrainingRecord record;

  void save(const std::string& path) const;
  /// Throws Error naming the file and the entry for anything missing, damaged, unknown or not fitting.
  static StreamModel load(const std::string& path);
  static StreamModel from(const Archive& archive);
  /// Whether an archive holds one.
  static bool is(const Archive& archive);
};

}  // namespace talweg::train::online
