#pragma once
#include <optional>
#include <string>
#include <vector>

#include "talweg/api/lesson/runs.hpp"

/// The line through five points, which the lesson on choosing looks back at.
namespace talweg::api::lesson {

const File& line_points();

/// A method of the registry as the line lesson runs it: with one rate for all that have one, and each search along a
/// line that gradient descent knows.
struct Contender {
  std::string spec;
  Card card;
  bool first_order = false;
};
/// In the order of the registry.
std::vector<Contender> contenders();

/// All contenders on the line, judged by when J is at most `line_target`: as they run in the lesson, or each
/// first-order method with the best of some rates.
RaceRun line_race(bool tuned);
inline constexpr double line_target = 1e-3;

}  // namespace talweg::api::lesson
