#include "talweg/optim/least_squares/problem.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "talweg/optim/least_squares/qr.hpp"

namespace talweg::lsq {

namespace {

/// Of a Jacobian that can be had in parts: enough to share between threads, few enough to stay near the processor.
constexpr std::size_t rows_at_once = 8192;

}  // namespace

Problem::Problem(const Residuals& residuals, const LeastSquaresOptions& options, std::size_t n)
    : residuals_(residuals), options_(options), m_(residuals.size()), n_(n) {
  for (const double w : options.weights) root_.push_back(std::sqrt(w));
}

FitPoint Problem::evaluate(std::vector<double> x) const {
  FitPoint p{std::move(x), std::vector<double>(m_), {}, 0};
  residuals_(p.x, p.raw);
  p.weighted = p.raw;
  for (std::size_t i = 0; i < root_.size(); ++i) p.weighted[i] = root_[i] == 0 ? 0 : root_[i] * p.raw[i];
  for (const double r : p.weighted) p.value += options_.loss.value(r);
  return p;
}

FitPoint Problem::at(std::vector<double> x) {
  ++evaluations_.function;
  return evaluate(std::move(x));
}

FitPoint Problem::probe(std::vector<double> x) {
  ++evaluations_.check;
  return evaluate(std::move(x));
}

std::vector<double> Problem::jacobian(const FitPoint& p) {
  ++evaluations_.gradient;
  return differentiate(p);
}

std::vector<double> Problem::probe_jacobian(const FitPoint& p) {
  ++evaluations_.check;
  return differentiate(p);
}

std::vector<double> Problem::differentiate(const FitPoint& p) const {
  const std::size_t size = residuals_.has_parts() ? std::min(m_, rows_at_once) : m_;
  std::vector<double> r(size), by_rows(size * n_), out(m_ * n_);
  for (std::size_t first = 0; first < m_; first += size) {
    const std::size_t count = std::min(size, m_ - first);
    const std::span<double> some = std::span(r).first(count), rows = std::span(by_rows).first(count * n_);
    if (residuals_.has_parts())
      residuals_.part(p.x, first, some, rows);
    else
      residuals_(p.x, some, rows);
    for (std::size_t i = 0; i < count; ++i) {
      const double w = root_.empty() ? 1 : root_[first + i];
      if (w == 0) continue;
      for (std::size_t j = 0; j < n_; ++j) out[j * m_ + first + i] = w * rows[i * n_ + j];
    }
  }
  return out;
}

std::optional<double> Problem::rounding(const FitPoint& p) const {
  if (!residuals_.knows_rounding()) return std::nullopt;
  std::vector<double> r(m_);
  residuals_.rounding(p.x, r);
  for (std::size_t i = 0; i < root_.size(); ++i) r[i] = root_[i] == 0 ? 0 : root_[i] * r[i];
  return norm(r);
}

double Problem::fall(const FitPoint& from, const FitPoint& to) const {
  double sum = 0;
  if (options_.loss.robust()) {
    for (std::size_t i = 0; i < m_; ++i)
      sum += options_.loss.value(from.weighted[i]) - options_.loss.value(to.weighted[i]);
    return sum / from.value;
  }
  const double size = std::sqrt(from.value);
  for (std::size_t i = 0; i < m_; ++i)
    sum += ((from.weighted[i] - to.weighted[i]) / size) * ((from.weighted[i] + to.weighted[i]) / size);
  return sum;
}

double Problem::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

}  // namespace talweg::lsq
