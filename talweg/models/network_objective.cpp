#include "talweg/models/network_objective.hpp"

#include <algorithm>

#include "talweg/models/linear_kernels.hpp"
#include "talweg/models/targets.hpp"

namespace talweg::models {

namespace {

constexpr std::int64_t block_rows = 256, most_slices = 8;

/// The objective adds the penalty itself, once.
ModelSpec without_penalty(ModelSpec spec) {
  spec.l2 = 0;
  return spec;
}

std::vector<nn::Parameter> layout_of(const ModelSpec& spec, const Head& head, std::int64_t inputs) {
  Model<double> model(spec, head, static_cast<std::size_t>(inputs), 0);
  const auto parameters = model.network().parameters();
  return {parameters.begin(), parameters.end()};
}

}  // namespace

struct NetworkObjective::Slice {
  std::int64_t begin, end;
  Model<double> model;
  std::vector<double> gradient;  ///< (parameters), summed over its rows
  double loss = 0;
};

NetworkObjective::NetworkObjective(const ModelSpec& spec, const Head& head, const Inputs<double>& x,
                                   const EncodedTargets<double>& targets, Pool& pool)
    : Objective(spec, layout_of(spec, head, x.columns())), x_(x), targets_(targets), pool_(pool) {
  const std::int64_t rows = x.rows(), slices = std::clamp<std::int64_t>(rows / block_rows, 1, most_slices);
  for (std::int64_t i = 0; i < slices; ++i)
    slices_.push_back({rows * i / slices,
                       rows * (i + 1) / slices,
                       Model<double>(without_penalty(spec), head, static_cast<std::size_t>(x.columns()), 0),
                       {}});
  for (Slice& s : slices_) s.gradient.resize(static_cast<std::size_t>(s.model.network().parameter_count()));
}

NetworkObjective::~NetworkObjective() = default;

double NetworkObjective::operator()(std::span<const double> w, std::span<double> gradient) {
  pool_.run(static_cast<std::int64_t>(slices_.size()),
            [&](std::int64_t i) { run_slice(slices_[static_cast<std::size_t>(i)], w); });
  for (std::size_t width = 1; width < slices_.size(); width *= 2)
    for (std::size_t i = 0; i + width < slices_.size(); i += 2 * width)
      kernels::add(static_cast<std::int64_t>(gradient.size()), slices_[i + width].gradient.data(),
                   slices_[i].gradient.data());
  double loss = 0;
  for (const Slice& s : slices_) loss += s.loss;
  const double weight = 1 / static_cast<double>(x_.rows());
  for (std::size_t k = 0; k < gradient.size(); ++k) gradient[k] = weight * slices_[0].gradient[k];
  return weight * loss + add_penalty(w, gradient);
}

void NetworkObjective::run_slice(Slice& s, std::span<const double> w) const {
  const nn::Parameters<double> p = s.model.network().parameters();
  std::copy(w.begin(), w.end(), p.values.begin());
  std::fill(s.gradient.begin(), s.gradient.end(), 0.0);
  s.loss = 0;
  for (std::int64_t begin = s.begin; begin < s.end; begin += block_rows) {
    if (begin > s.begin) stop().check();
    const std::int64_t count = std::min(block_rows, s.end - begin);
    const auto targets = rows_of(targets_, static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
    p.zero_gradients();
    const auto rows = static_cast<double>(count);
    s.loss += rows * s.model.differentiate(x_.row_range(begin, count), targets);
    for (std::size_t k = 0; k < s.gradient.size(); ++k) s.gradient[k] += rows * p.gradients[k];
  }
}

}  // namespace talweg::models
