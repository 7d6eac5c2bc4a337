#pragma once
#include <string>

#include "talweg/optim/options.hpp"
#include "talweg/optim/result.hpp"

namespace talweg {

/// What the loop knows of a run beside its result, for the message.
struct RunStory {
  double start_value = 0;
  std::int64_t best_iteration = 0;
  std::int64_t iteration_limit = 0;
  std::string why;          ///< the method's or the check's own sentence, if any
  bool projected = false;   ///< the start was moved into the bounds
  bool inside = false;      ///< the start was moved off a bound, where f falls inwards with an infinite slope
  std::string held;         ///< variables that f pushes onto their bound with an infinite slope
  double decrement = 0;     ///< the fall of f still to be had where the curvature was last looked at
  bool fixed_rate = false;  ///< a first-order method, whose remedy is the learning rate

  /// All but the limit and the method, which a run that is resumed is given anew.
  template <class Self, class V> static void visit(Self& s, V&& v) {
    v(s.start_value), v.count(s.best_iteration), v(s.why), v(s.projected), v(s.inside), v(s.held), v(s.decrement);
  }
};

/// The message of a result: what happened, with numbers; whether x is good to use; what to do next.
std::string verdict(const Result& result, const Options& options, const RunStory& story);

/// "x[3]" or the user's name of the variable.
std::string variable_name(const Options& options, std::size_t index);

}  // namespace talweg
