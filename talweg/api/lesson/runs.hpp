#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "talweg/api/lesson/lesson.hpp"

/// What the lessons are made with.
namespace talweg::api::lesson {

MinimizeRun run(MinimizeRequest request);
ExplainRun run(ExplainRequest request, ExplainAs as = ExplainAs::document);
RaceRun run(CompareRequest request);
AdviceRun run(AdviseRequest request);
TrainRun run(TrainRequest request);

/// A number in a sentence.
std::string said(double value);
/// "(1, 2)"
std::string said(const std::vector<double>& values);

/// The point and f after step k of a run. Throws Error for a run that did not come so far.
const TraceRow& step(const MinimizeRun& run, std::size_t k);
/// The first step whose value is at most `target`; nothing where there is none.
std::optional<std::int64_t> first_below(const MinimizeRun& run, double target);

/// A request for exactly so many updates, with its trace.
MinimizeRequest steps_of(std::string_view formula, std::string_view start, std::string_view optimizer,
                         std::int64_t iterations);

}  // namespace talweg::api::lesson
