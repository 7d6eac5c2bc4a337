#include <numbers>

#include "talweg/base/text.hpp"
#include "talweg/explain/step.hpp"
#include "talweg/explain/traced.hpp"
#include "talweg/optim/schedule_formula.hpp"

namespace talweg::explain {

std::vector<Block> explain_schedule(const Schedule& s, double base, double rate, std::int64_t t) {
  Sheet sheet;
  sheet.call_numbers(std::numbers::pi, symbol("π"));
  const auto named = [&](std::string_view symbol, double value) { return Traced::symbol(sheet, symbol, value); };
  std::vector<Block> out;
  out.emplace_back(text::cat("schedule ", s.spec(), "; k = t − 1 − warmup = ", t - 1 - s.warmup,
                             " counts the steps after the warm-up"));
  const Traced of_step = detail::schedule_formula(s, named("η0", base), t, named);
  if (of_step.value() == rate && s.kind != Schedule::Kind::plateau) {
    Traced::define(sheet, symbol("η"), of_step);
    const auto equations = sheet.take();
    out.insert(out.end(), equations.begin(), equations.end());
  } else {
    out.emplace_back(Equation{symbol("η"), {}, {}, rate, "of this step"});
  }
  return out;
}

}  // namespace talweg::explain
