#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "talweg/api/minimize/minimize.hpp"

/// A formula to minimise and how, as typed: what `minimize` and `explain` have in common.
struct ProblemArguments {
  std::string start, optimizer, bounds, schedule, clip, iterations, tolerance, gradient_tolerance;
  std::vector<std::string> constraints, groups;
  bool maximize = false;
};

/// `iterations` is the help of --iterations.
void add_problem_options(CLI::App& command, ProblemArguments& a, const char* iterations);
talweg::api::MinimizeRequest problem_request(const ProblemArguments& a, std::string_view formula);
