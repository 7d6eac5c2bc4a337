#pragma once
#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/train/full_batch/linear_rows.hpp"
#include "talweg/train/judge.hpp"
#include "talweg/train/learner.hpp"

namespace talweg::train {

/// What every learner of all rows at once says of them: figures, the judge of the validation rows, the parameters. Base
/// is Learner, or a learner that lacks just this. Model, rows and pool must outlive it.
template <class Base> class OverRows : public Base {
 public:
  bool has_validation() const override { return validation_.rows > 0; }
  Metrics measure(Part part) override {
    return measure_rows(model_, part == Part::training ? training_ : validation_, pool_, this->stop());
  }
  Judge judge(std::string_view metric, bool decides) const override {
    const Judge judge = Judge::of(model_.head(), metric);
    if (decides) judge.require_defined(validation_.truth);
    return judge;
  }
  std::vector<double> parameters() const override { return {values().begin(), values().end()}; }
  void restore(std::span<const double> parameters) override { std::ranges::copy(parameters, values().begin()); }

 protected:
  /// `base` is what Base is made of.
  template <class... A>
  OverRows(models::Model<double>& model, const Examples<double>& training, const Examples<double>& validation,
           Pool& pool, A&&... base)
      : Base(std::forward<A>(base)...), model_(model), training_(training), validation_(validation), pool_(pool) {}

  std::span<double> values() const { return model_.network().parameters().values; }

  models::Model<double>& model_;
  const Examples<double>&training_, &validation_;
  Pool& pool_;
};

}  // namespace talweg::train
