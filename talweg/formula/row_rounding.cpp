#include "talweg/formula/row_rounding.hpp"

#include <algorithm>

#include "talweg/autodiff/scalar_rounding.hpp"

namespace talweg::formula {

RowRounding::RowRounding(const Formula& f, std::span<const double> errors_of_numbers)
    : result_(f.result()), errors_(f.nodes().size(), 0.0) {
  for (std::size_t i = 0; i < f.variables().size(); ++i) tape_.input(0);
  for (std::size_t i = f.variables().size(); i < f.nodes().size(); ++i) {
    const autodiff::ScalarNode& n = f.nodes()[i];
    if (n.op == autodiff::ScalarOp::constant)
      tape_.constant(n.c);
    else
      tape_.record(n.op, n.a, n.b, n.c);
  }
  std::copy(errors_of_numbers.begin(), errors_of_numbers.end(), errors_.begin());
}

double RowRounding::operator()(std::span<const double> inputs) {
  tape_.forward(inputs);
  const auto nodes = tape_.nodes();
  for (std::size_t i = tape_.inputs(); i < nodes.size(); ++i) {
    const autodiff::ScalarNode& n = nodes[i];
    const autodiff::Inexact a{tape_.value(n.a), errors_[n.a]}, b{tape_.value(n.b), errors_[n.b]};
    const auto id = static_cast<autodiff::ScalarTape::Id>(i);
    errors_[i] = autodiff::rounding_of(n.op, a, b, n.c, tape_.partials(id));
  }
  return errors_[result_];
}

}  // namespace talweg::formula
