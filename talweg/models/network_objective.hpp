#pragma once
#include <memory>
#include <vector>

#include "talweg/models/model.hpp"
#include "talweg/models/objective.hpp"

namespace talweg::models {

/// The objective of any model on rows x (rows, inputs). The rows are cut in slices that depend on their number
/// alone; each has a network and a tape of its own, goes through its rows block by block, so that the memory does not
/// grow with them, and the slices' gradients are summed in a fixed tree.
class NetworkObjective final : public Objective {
 public:
  /// The memory of x and `targets` (rows) must outlive it.
  NetworkObjective(const ModelSpec& spec, const Head& head, const Inputs<double>& x,
                   const EncodedTargets<double>& targets, Pool& pool);
  ~NetworkObjective() override;
  double operator()(std::span<const double> w, std::span<double> gradient) override;

 private:
  struct Slice;
  void run_slice(Slice& slice, std::span<const double> w) const;

  Inputs<double> x_;
  const EncodedTargets<double>& targets_;
  Pool& pool_;
  std::vector<Slice> slices_;
};

}  // namespace talweg::models
