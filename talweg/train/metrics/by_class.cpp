#include "talweg/train/metrics/by_class.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace talweg::train {

namespace {

double sum_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

}  // namespace

std::vector<ClassFigures> ClassCounts::classes() const {
  std::vector<ClassFigures> all;
  for (std::size_t k = 0; k < rows_.size(); ++k)
    all.push_back({rows_[k], truth_[k], share(right_[k], said_[k]), share(right_[k], truth_[k]),
                   share(2 * right_[k], said_[k] + truth_[k])});
  return all;
}

double ClassCounts::accuracy() const { return sum_of(right_) / sum_of(truth_); }

double ClassCounts::balanced_accuracy() const {
  double recalls = 0, some = 0;
  for (std::size_t k = 0; k < truth_.size(); ++k) {
    if (!(truth_[k] > 0)) continue;
    recalls += right_[k] / truth_[k];
    some += 1;
  }
  return recalls / some;
}

ClassFigures ClassCounts::precision_and_recall(std::size_t positive) const {
  const std::vector<ClassFigures> all = classes();
  if (all.size() == 2) return all[positive];
  ClassFigures mean;
  double some = 0;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (!(truth_[k] > 0 || said_[k] > 0)) continue;
    some += 1;
    mean.precision += all[k].precision;
    mean.recall += all[k].recall;
    mean.f1 += all[k].f1;
  }
  mean.precision /= some, mean.recall /= some, mean.f1 /= some;
  return mean;
}

double ClassCounts::matthews() const {
  const double all = sum_of(truth_), right = sum_of(right_);
  const double both = std::inner_product(truth_.begin(), truth_.end(), said_.begin(), 0.0),
               truths = std::inner_product(truth_.begin(), truth_.end(), truth_.begin(), 0.0),
               said = std::inner_product(said_.begin(), said_.end(), said_.begin(), 0.0);
  const double spread = (all * all - truths) * (all * all - said);
  return spread > 0 ? (right * all - both) / std::sqrt(spread) : 0;
}

std::vector<double> ClassCounts::sums() const {
  std::vector<double> all = truth_;
  all.insert(all.end(), said_.begin(), said_.end());
  all.insert(all.end(), right_.begin(), right_.end());
  return all;
}

void ClassCounts::restore(std::vector<std::int64_t> rows, std::span<const double> sums) {
  const std::size_t n = rows_.size();
  rows_ = std::move(rows);
  std::copy_n(sums.begin(), n, truth_.begin());
  std::copy_n(sums.subspan(n).begin(), n, said_.begin());
  std::copy_n(sums.subspan(2 * n).begin(), n, right_.begin());
}

}  // namespace talweg::train
