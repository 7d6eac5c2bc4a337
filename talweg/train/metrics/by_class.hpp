#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/models/head.hpp"

namespace talweg::train {

/// How good the predictions of one class are.
struct ClassFigures {
  std::int64_t rows = 0;  ///< that are of this class
  double weight = 0;      ///< of these rows: their number, where rows have no weights
  /// The share that is right of what was said to be of the class, the share found of what is, and their harmonic mean;
  /// 0 where the share is one of nothing.
  double precision = 0, recall = 0, f1 = 0;
};

/// What is counted of each class while rows come: from these sums follows every figure that looks at predicted classes
/// alone.
class ClassCounts {
 public:
  ClassCounts() = default;
  explicit ClassCounts(std::size_t classes) : rows_(classes), truth_(classes), said_(classes), right_(classes) {}

  void add(std::size_t truth, std::size_t predicted, double weight) {
    ++rows_[truth];
    truth_[truth] += weight;
    said_[predicted] += weight;
    if (truth == predicted) right_[truth] += weight;
  }
  bool empty() const { return rows_.empty(); }
  std::vector<ClassFigures> classes() const;

  double accuracy() const;
  /// The mean recall of the classes that occur.
  double balanced_accuracy() const;
  /// Of the class `positive` of two; of more the plain mean over the classes that occur, in the truth or among the
  /// predictions.
  ClassFigures precision_and_recall(std::size_t positive) const;
  /// The correlation of truth and prediction (Matthews 1975; of more classes Gorodkin 2004), 0 where one of them does
  /// not vary.
  double matthews() const;

  /// What a checkpoint holds: the rows of each class; then truth, said and right, one after the other.
  const std::vector<std::int64_t>& rows() const { return rows_; }
  std::vector<double> sums() const;
  /// Of as many classes as before.
  void restore(std::vector<std::int64_t> rows, std::span<const double> sums);

 private:
  std::vector<std::int64_t> rows_;
  std::vector<double> truth_, said_, right_;  ///< (classes) weights
};

}  // namespace talweg::train
