// Formulas and constraints, their values and gradients.
#include "talweg/formula/formula.hpp"
#include "fuzz.hpp"

using namespace talweg;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = fuzz::text_of(bytes, size);
  fuzz::expect_nothing_worse([&] {
    const auto names = formula::variables(text);
    formula::Formula f = formula::parse(text, names);
    std::vector<double> x(names.size(), 0.5), g(names.size());
    f.evaluate(x, g);
    f.explain_non_finite(x);
  });
  fuzz::expect_nothing_worse([&] { formula::parse_constraint(text, formula::constraint_variables(text)); });
  return 0;
}
