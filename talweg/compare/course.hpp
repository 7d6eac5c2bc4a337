#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "talweg/compare/entrant.hpp"

namespace talweg::compare {

/// The lowest value after so many evaluations.
struct CurvePoint {
  std::int64_t evaluations;
  double value;
};

/// One run of one method from one seed.
struct Attempt {
  double start = std::numeric_limits<double>::quiet_NaN();  ///< the value at the start
  double value = std::numeric_limits<double>::infinity();   ///< at the end of the budget; infinity when it failed
  bool failed = false;           ///< ended with NaN or infinity, diverged, or above where it began
  std::string why;               ///< of a failure
  std::int64_t evaluations = 0;  ///< spent, never more than the budget
  double seconds = 0;
  std::vector<CurvePoint> curve;          ///< the start first
  std::vector<double> moments;            ///< seconds since the start, one for each point of the curve
  std::vector<std::vector<double>> path;  ///< the start and the point after each iteration, where asked for

  /// Evaluations until the value was at most `target`; nullopt when it never was.
  std::optional<std::int64_t> evaluations_to(double target) const;
  std::optional<double> seconds_to(double target) const;
};

/// What is raced over. Attempts may run side by side: none changes the course.
class Course {
 public:
  virtual ~Course() = default;
  /// Throws Error when the entrant cannot take part (bounds that it does not take, a budget below one evaluation).
  virtual void admit(const Entrant& entrant, std::int64_t budget) const = 0;
  /// The entrant with this rate (NaN: none), from the start and the random numbers that belong to `seed`.
  virtual Attempt run(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget,
                      bool with_path) const = 0;
  virtual std::string unit() const = 0;               ///< what one evaluation is
  virtual std::string starts() const = 0;             ///< what the seeds change, in words
  virtual bool random() const = 0;                    ///< whether the seeds change anything
  virtual std::optional<double> optimum() const = 0;  ///< the lowest value, when it is known
  virtual double reach() const = 0;  ///< the share of the way from the start to the lowest value that may be missing
};

}  // namespace talweg::compare
