#pragma once
#include <string>
#include <string_view>

namespace talweg::explain {

/// The same piece of mathematics for a terminal and for LaTeX.
struct Text {
  std::string plain, latex;
};

/// "β1" → \beta_{1}, "m̂" → \hat{m}, "x₃" → x_{3}, "Δx" → \Delta x; words become \mathrm.
std::string latex_symbol(std::string_view plain);
Text symbol(std::string_view plain);

/// The symbol with an index below: ("m", 3) → m₃, m_{3}.
Text indexed(std::string_view base, long long index);

/// A number so that it reads back to the same double: 1e-08 → 1 \times 10^{-8} in LaTeX.
Text number(double value);

/// What a parameter of a method is called in formulas: learning_rate is η.
std::string_view parameter_symbol(std::string_view name);

}  // namespace talweg::explain
