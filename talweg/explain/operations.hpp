#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "talweg/explain/traced.hpp"

/// The activations and losses of nn/ops, run on numbers that write themselves down.
namespace talweg::explain {

/// Whether each output of the activation depends on its own input alone: softmax is the one that does not.
bool acts_on_single_numbers(std::string_view name);
/// y = activation(z). Throws Error for an unknown name with the near names, and for softmax, which needs more than one
/// output.
Traced activate(std::string_view name, const Traced& z);
/// dy/dz at the same place.
Traced activation_slope(std::string_view name, const Traced& z, const Traced& y);
/// The formula of its card: "max(0, x)".
std::string_view activation_formula(std::string_view name);

/// The derivatives of the loss of one row by its outputs; `target` is what the loss compares with, a number or the
/// index of the class. Empty for a loss of a program's own.
std::vector<Traced> loss_slopes(std::string_view name, std::span<const Traced> outputs, const Traced& target);

}  // namespace talweg::explain
