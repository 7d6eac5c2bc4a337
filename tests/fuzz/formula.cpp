// Formulas and constraints, alone and over rows, their values and gradients.
#include "talweg/formula/formula.hpp"

#include <array>

#include "fuzz.hpp"
#include "talweg/formula/data_formula.hpp"
#include "talweg/formula/row_formula.hpp"

using namespace talweg;

namespace {

constexpr std::array x{0.5, -2.0, 3.0}, y{0.0, 1.0, -1e300};

/// A sum of a million terms is read, and takes its time.
bool is_long(std::string_view text) {
  int digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 2 && text.find(':') != std::string_view::npos) return true;
  }
  return false;
}

void over_rows(std::string_view text) {
  const formula::Columns columns{.names = {"x", "y"}, .rows = x.size(), .values = {x, y}};
  const std::vector<std::string> names = formula::mentioned(text, columns).parameters;
  std::vector<double> at(names.size(), 0.5), g(names.size());
  fuzz::expect_nothing_worse([&] {
    formula::DataFormula f(text, names, columns);
    f.evaluate(at, g);
    f.explain_non_finite(at);
  });
  fuzz::expect_nothing_worse([&] {
    formula::RowFormula f(text, names, columns);
    std::vector<double> r(x.size()), J(x.size() * names.size());
    f.jacobian(at, 0, r, J);
    f.explain_non_finite(at);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = fuzz::text_of(bytes, size);
  if (is_long(text)) return 0;
  fuzz::expect_nothing_worse([&] {
    const auto names = formula::variables(text);
    formula::Formula f = formula::parse(text, names);
    std::vector<double> at(names.size(), 0.5), g(names.size());
    f.evaluate(at, g);
    f.explain_non_finite(at);
  });
  fuzz::expect_nothing_worse([&] { formula::parse_constraint(text, formula::constraint_variables(text)); });
  fuzz::expect_nothing_worse([&] { over_rows(text); });
  return 0;
}
