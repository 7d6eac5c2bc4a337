#pragma once
#include <array>
#include <cstddef>
#include <limits>
#include <string_view>

namespace talweg::nn {

/// What a loss compares outputs with: numbers, one of two classes, one of several.
enum class Task { regression, binary, classes };

/// How an output z is read as a prediction: z itself, the rate e^z, the class by the sign of z alone, or by the
/// probabilities 1/(1 + e^−z) or e^z_j / Σ e^z_k.
enum class Link { identity, exponential, sign, sigmoid, softmax };

/// The second derivative of the loss of one example by its outputs, in the direction where it is largest.
struct Curvature {
  double at_zero;  ///< at z = 0; of softmax: times the number of outputs
  double least, most;
};

/// What the library knows of a loss beside its formula.
struct LossTraits {
  std::array<std::string_view, 2> short_names{};  ///< that it is usually called, beside its name
  Task task = Task::regression;
  Link link = Link::identity;
  Curvature curvature{1, 1, 1};
  bool kinks = false;              ///< slopes that jump: nothing for a line search
  std::string_view smoother = "";  ///< of one with kinks: a loss for the same targets that has none
  int degree = 2;                ///< errors a times as large make the loss a^degree times as large, far from 0 or near
  std::string_view labels = "";  ///< what the targets are called where not every number is one
  double low = -std::numeric_limits<double>::infinity();  ///< of the targets; of two classes: the first one's label
  double high = std::numeric_limits<double>::infinity();  ///< of two classes: the second one's

  bool has_probabilities() const { return link == Link::sigmoid || link == Link::softmax; }
  /// The same second derivative everywhere.
  bool quadratic() const { return !kinks && curvature.least == curvature.most; }
  /// What the loss compares with in place of the class 0 or 1.
  double label(double two_classes) const { return low + (high - low) * two_classes; }
  double curvature_at_zero(std::size_t outputs) const {
    return link == Link::softmax ? curvature.at_zero / static_cast<double>(outputs) : curvature.at_zero;
  }
};

}  // namespace talweg::nn
