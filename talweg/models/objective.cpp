#include "talweg/models/objective.hpp"

#include <cassert>

namespace talweg::models {

Objective::Objective(const ModelSpec& spec, std::span<const nn::Parameter> layout) : l2_(spec.l2) {
  assert(spec.l1 == 0 && spec.dropout == 0);
  if (l2_ == 0) return;
  for (const nn::Parameter& p : layout)
    if (spec.regularized_bias || p.shape.rank() > 1) penalised_.push_back(p);
}

double Objective::penalty(std::span<const double> w) const {
  double squares = 0;
  for (const nn::Parameter& p : penalised_)
    for (const double v : w.subspan(static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.size())))
      squares += v * v;
  return l2_ / 2 * squares;
}

double Objective::add_penalty(std::span<const double> w, std::span<double> gradient) const {
  for (const nn::Parameter& p : penalised_)
    for (auto i = static_cast<std::size_t>(p.offset); i < static_cast<std::size_t>(p.offset + p.size()); ++i)
      gradient[i] += l2_ * w[i];
  return penalty(w);
}

}  // namespace talweg::models
