#pragma once
#include <optional>
#include <string>
#include <vector>

#include "talweg/advise/measure.hpp"

namespace talweg::advise {

struct RateInterval {
  double low, high;
};

/// A method with what it needs to be run, and why.
struct Choice {
  std::string optimizer;             ///< a spec without rate: "nesterov:torch"
  std::optional<RateInterval> rate;  ///< where to look for the rate; nullopt: it has none
  std::optional<std::size_t> batch;  ///< rows in a step; nullopt: all of them, or there are no rows
  std::vector<std::string> reasons;

  /// As compare takes it: "nesterov:torch,batch_size=8".
  std::string spec() const;
};

/// How far the measurements carry the choice.
enum class Certainty {
  firm,    ///< what was measured decides
  likely,  ///< it usually does
  open,    ///< what decides was not, or cannot be, measured
};
std::string_view name(Certainty certainty);

struct Advice {
  Choice recommended, runner_up;
  Certainty certainty = Certainty::likely;
  std::vector<std::string> caveats;  ///< what was not measured, and what to do about it
};

/// `memory`: bytes that the method may keep beside the data and the parameters.
Advice advise(const FunctionFacts& facts, std::int64_t memory);
Advice advise(const DataFacts& facts, const compare::DataTask& task, std::int64_t memory);

}  // namespace talweg::advise
