#pragma once
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/base/export.hpp"
#include "talweg/data/target.hpp"
#include "talweg/elementary/functions.hpp"
#include "talweg/nn/ops/losses/traits.hpp"

namespace talweg::models {

/// An output of a regression as a number in the target's own unit.
struct TargetUnit {
  bool exponential;
  double mean, deviation;
  double operator()(double z) const { return exponential ? elementary::exp(z) : mean + deviation * z; }
};

/// The task of a target, as losses call it.
constexpr nn::Task task_of(data::Task task) {
  return task == data::Task::regression ? nn::Task::regression
         : task == data::Task::binary   ? nn::Task::binary
                                        : nn::Task::classes;
}

/// What a network's outputs mean: how targets are put to the loss, and how outputs are read as predictions. A
/// regression target is standardised for the network, so that default rates and initialisations serve in any unit.
struct TALWEG_API Head {
  data::Task task = data::Task::regression;
  std::string loss = "mean_squared_error";
  std::size_t outputs = 1;
  double mean = 0, deviation = 1;  ///< target = mean + deviation · output
  /// Of two classes: the index of the one that precision, recall and what is made of them are about, and the
  /// probability of it above which a row is said to be of it.
  std::size_t positive = 1;
  double threshold = 0.5;

  /// `values` (rows) are the training targets: numbers, or class indices.
  static Head fit(data::Task task, std::string_view loss, std::size_t classes, std::span<const double> values);

  /// What turns the loss of the network into the loss in the target's own units.
  double loss_unit() const;
  const nn::LossTraits& traits() const;
  bool has_probabilities() const { return traits().has_probabilities(); }
  /// How outputs of a regression are read.
  TargetUnit unit() const { return {traits().link == nn::Link::exponential, mean, deviation}; }
  /// Of two classes: the score above which a row is said to be of the second one.
  double cut() const;

  void save(Archive& archive) const;
  static Head load(const Archive& archive);
  bool operator==(const Head&) const = default;
};

/// Targets in the form that the loss takes: numbers (rows) or class indices (rows); the other one is empty.
template <class T> struct EncodedTargets {
  std::vector<T> values;
  std::vector<std::int32_t> classes;
  std::vector<T> weights{};  ///< (rows) what the loss of each row counts; empty: as much as any
};
template <class T> TALWEG_API EncodedTargets<T> encode_targets(const Head& head, std::span<const double> values);

/// Outputs read as predictions.
struct Predictions {
  std::vector<double> values;         ///< (rows): the number in the target's unit, or the index of the class
  std::vector<double> probabilities;  ///< (rows, classes); empty for regression and hinge
  std::vector<double> scores;         ///< (rows) two classes: rises with the second class
  std::size_t classes = 0;
};
/// `outputs` (rows, head.outputs).
TALWEG_API Predictions read_outputs(const Head& head, std::span<const double> outputs);
/// The first row of `outputs` (rows, head.outputs) that has one, or a prediction, that is no finite number (`single`:
/// as a float).
TALWEG_API std::optional<std::size_t> row_without_number(const Head& head, std::span<const double> outputs,
                                                         bool single);

}  // namespace talweg::models
