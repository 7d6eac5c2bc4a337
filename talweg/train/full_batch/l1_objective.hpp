#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/models/information.hpp"
#include "talweg/train/examples.hpp"

namespace talweg::train {

/// mean loss + l2/2·Σw² + l1·Σ|w| of a model without hidden layer, and its model of second order around a point.
class L1Objective {
 public:
  L1Objective(const models::Model<double>& model, const Examples<double>& training, Pool& pool);

  std::size_t columns() const { return placed_.mean.size(); }
  std::size_t outputs() const { return outputs_; }
  std::size_t parameters() const { return (columns() + 1) * outputs_; }
  void set_stop(Stop stop) { smooth_.set_stop(std::move(stop)); }

  /// The smooth part at w and its gradient g; w and g (columns·outputs, then outputs). Throws Stopped.
  double smooth(std::span<const double> w, std::span<double> g) { return smooth_(w, g); }
  /// l1·Σ|w|.
  double kinks(std::span<const double> w) const;
  /// The part of the value that is no loss.
  double penalty(std::span<const double> w) const { return smooth_.penalty(w) + kinks(w); }
  /// By how much the conditions of a minimum are missed: |g| of a parameter without penalty, the distance of −g from
  /// l1·sign(w), or from [−l1, l1] where w is 0.
  double violation(std::size_t parameter, std::span<const double> w, std::span<const double> g) const;
  /// The size of a column, by which violations are compared: 1 of the biases.
  double size_of(std::size_t column) const { return column < columns() ? placed_.factor[column] : 1; }

  /// The point that minimises the model of second order around w in `chosen` columns and the biases: what was there to
  /// gain in it is `gain`, the decrease that a short step promises `slope`. Throws Stopped.
  struct Proposal {
    std::vector<double> w;
    double gain = 0, slope = 0;
    double curvature = 0;  ///< of the mean loss by an output, the largest
  };
  Proposal propose(std::span<const double> w, std::span<const double> g, std::span<const std::uint32_t> chosen,
                   const Stop& stop);

 private:
  /// The rows with the chosen columns alone.
  struct Part {
    std::vector<std::uint32_t> chosen;
    std::vector<double> dense;
    data::SparseRows sparse;
    models::PlacedInputs placed;
  };
  struct PlacedPoint;
  void choose(std::span<const std::uint32_t> chosen);
  PlacedPoint placed_point(std::span<const double> w, std::span<const double> g) const;
  models::RowCurvature curvature_of_rows(std::span<const double> fitted) const;
  std::vector<double> placed_hessian(std::span<const double> w, const Stop& stop) const;

  const models::Head& head_;
  const Examples<double>& rows_;
  Pool& pool_;
  double l1_, l2_;
  bool regularized_bias_;
  std::size_t outputs_;
  models::PlacedInputs placed_;
  models::LinearObjective smooth_;
  Part part_;
};

}  // namespace talweg::train
