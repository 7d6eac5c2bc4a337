#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/describe.hpp"
#include "talweg/data/target.hpp"
#include "talweg/models/head.hpp"

namespace talweg::models {

/// A model by name: `linear`, `logistic`, `softmax`, `mlp:64,32`, each with options after commas:
/// `mlp:64,32,activation=tanh,dropout=0.1,l2=1e-4`. What is minimised is the mean loss over the rows
/// + l1·Σ|w| + l2/2·Σw², over the weights, and over the biases as well with bias=regularized.
struct ModelSpec {
  std::string kind = "linear";
  std::vector<std::int64_t> hidden;  ///< sizes of the hidden layers, mlp only
  std::string activation = "relu";   ///< after each hidden layer
  std::string init;                  ///< of the weights; empty chooses by the activation
  double dropout = 0, l1 = 0, l2 = 0;
  double c = 0;                   ///< logistic and softmax: l2 = 1 / (c · training rows); 0: not given
  bool regularized_bias = false;  ///< the penalties include the biases; linear, logistic and softmax

  /// Throws Error with near names and ranges.
  static ModelSpec parse(std::string_view text);
  /// What `parse` reads back; options at their defaults are left out.
  std::string text() const;
  /// What lists say of each kind.
  static std::vector<ItemInfo> items();
  /// Puts l2 in the place of c, which LIBLINEAR and scikit-learn weigh the sum of the losses with.
  void resolve(std::size_t training_rows);
  bool operator==(const ModelSpec&) const = default;
};

/// What the model and the loss (empty: the model's default) ask of the target. Throws Error when they contradict.
data::Wanted wanted_target(const ModelSpec& spec, std::string_view loss);

/// The entry 'model' of a file, with a loss and a task that fit it. Throws Error naming the file and the entry.
ModelSpec load_spec(const Archive& archive, const Head& head);

/// The loss for a target when none is named: mean_squared_error, binary_cross_entropy or softmax_cross_entropy.
std::string_view default_loss(data::Task task);

}  // namespace talweg::models
