#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "talweg/problems/problem.hpp"

namespace talweg::problems {

/// The 47 instances of the 35 functions of Moré, Garbow & Hillstrom (1981), in their order.
std::span<const Problem> unconstrained_mgh();
/// Unconstrained problems from elsewhere, kept apart: tune on the others, and look here whether it was worth it.
std::span<const Problem> holdout();
/// Problems with a box: Hock & Schittkowski's, the driver problem of L-BFGS-B, and the corners where codes have failed.
std::span<const Problem> bounded();
/// Problems of Hock & Schittkowski (1981) with equalities and inequalities.
std::span<const Problem> constrained();
/// The four above, one after the other.
std::span<const Problem> all();

/// Names of the problems with n of 10,000 to 1,000,000. They are built on demand, by `by_name`, and not kept.
std::span<const std::string_view> large();

/// The names of the collections above: mgh, holdout, bounded, constrained, large.
std::span<const std::string_view> sets();
/// The names of the problems of a set, in its order. Throws Error, with the near names, when no set is called so.
std::vector<std::string_view> names_in(std::string_view set);

/// The problem of that name, the large ones included. Throws Error, with the near names, when there is none.
Problem by_name(std::string_view name);

}  // namespace talweg::problems
