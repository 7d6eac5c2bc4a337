#include "talweg/formula/prediction.hpp"

#include <algorithm>

namespace talweg::formula {

namespace {

using autodiff::ScalarNode;
using autodiff::ScalarOp;
using autodiff::ScalarTape;

/// The sum that an input stands in, with its sign there.
struct Place {
  ScalarTape::Id sum;
  double sign = 1;
};

/// Up from the input through sums and differences, as long as one instruction alone uses what was reached.
std::optional<Place> residual_with(std::span<const ScalarNode> nodes, std::size_t inputs, ScalarTape::Id input) {
  Place at{input};
  for (;;) {
    std::size_t uses = 0;
    ScalarTape::Id parent = 0;
    for (std::size_t i = inputs; i < nodes.size(); ++i) {
      const ScalarNode& n = nodes[i];
      if (n.op == ScalarOp::constant) continue;
      const std::size_t here = (n.a == at.sum ? 1 : 0) + (is_binary(n.op) && n.b == at.sum ? 1 : 0);
      if (here > 0) parent = static_cast<ScalarTape::Id>(i);
      uses += here;
    }
    if (uses > 1) return std::nullopt;
    if (uses == 0) return at;
    const ScalarNode& n = nodes[parent];
    const bool turns =
        n.op == ScalarOp::negate || n.op == ScalarOp::subtract_from || (n.op == ScalarOp::subtract && n.b == at.sum);
    const bool sums = turns || n.op == ScalarOp::add || n.op == ScalarOp::subtract || n.op == ScalarOp::add_constant;
    if (!sums) return at;
    at = {parent, turns ? -at.sign : at.sign};
  }
}

/// Which inputs an instruction depends on.
std::vector<char> needs(std::span<const ScalarNode> nodes, std::size_t inputs, ScalarTape::Id id) {
  std::vector<char> needed(nodes.size(), 0);
  needed[id] = 1;
  for (std::size_t i = std::size_t{id} + 1; i-- > inputs;) {
    if (!needed[i] || nodes[i].op == ScalarOp::constant) continue;
    needed[nodes[i].a] = 1;
    if (is_binary(nodes[i].op)) needed[nodes[i].b] = 1;
  }
  return needed;
}

}  // namespace

std::optional<Prediction> Prediction::of(const DataFormula& f) {
  const DataFormula::Term& term = f.terms().front();
  const auto nodes = term.formula.nodes();
  const std::size_t inputs = term.formula.variables().size(), numbers = inputs - term.columns.size(),
                    parameters = f.variables().size();
  for (std::size_t c = term.columns.size(); c-- > 0;) {
    const auto input = static_cast<ScalarTape::Id>(numbers + c);
    const auto place = residual_with(nodes, inputs, input);
    if (!place || place->sum == input) continue;
    const std::vector<char> needed = needs(nodes, inputs, place->sum);
    const auto any = [&](std::size_t from, std::size_t to) {
      return std::find(needed.begin() + static_cast<std::ptrdiff_t>(from),
                       needed.begin() + static_cast<std::ptrdiff_t>(to),
                       char{1}) != needed.begin() + static_cast<std::ptrdiff_t>(to);
    };
    if (!any(0, parameters) || any(parameters, numbers)) continue;
    Prediction p;
    for (std::size_t i = 0; i < inputs; ++i) p.tape_.input(0);
    for (std::size_t i = inputs; i < nodes.size(); ++i) {
      if (nodes[i].op == ScalarOp::constant)
        p.tape_.constant(nodes[i].c);
      else
        p.tape_.record(nodes[i].op, nodes[i].a, nodes[i].b, nodes[i].c);
    }
    p.residual_ = place->sum;
    p.sign_ = place->sign;
    p.target_ = term.columns[c];
    for (std::size_t other = 0; other < term.columns.size(); ++other)
      if (other != c && needed[numbers + other])
        p.over_.push_back(term.columns[other]), p.inputs_.push_back(numbers + other);
    p.values_.resize(inputs);
    return p;
  }
  return std::nullopt;
}

double Prediction::operator()(std::span<const double> x, std::span<const double> columns) {
  std::ranges::copy(x, values_.begin());
  for (std::size_t i = 0; i < inputs_.size(); ++i) values_[inputs_[i]] = columns[i];
  tape_.forward(values_);
  const double rest = tape_.value(residual_);  // the target is 0 in it
  return rest == 0 ? 0 : -sign_ * rest;
}

}  // namespace talweg::formula
