#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/data/stream/rows.hpp"
#include "talweg/models/head.hpp"
#include "talweg/models/model_spec.hpp"

namespace talweg::models {

/// A linear, logistic or softmax model over sparse rows. Only weights that are not zero are kept.
struct SparseLinear {
  ModelSpec spec;
  Head head;
  data::Target target;
  data::stream::Features features;
  data::stream::Names names;         ///< of hashed features with a weight, as far as known; places rise
  bool single = true;                ///< weights are floats
  std::vector<std::int64_t> places;  ///< rising: those with a weight that is not zero
  std::vector<double> weights;       ///< (places, head.outputs)

  std::size_t outputs() const { return head.outputs; }
  std::size_t nonzero() const;
  /// "f17", "city=Rome", "bias", or "#17" where nothing else is known.
  std::string name_of(std::size_t place) const;

  void save(Archive& archive) const;
  static SparseLinear load(const Archive& archive);
};

/// The weights where rows find them at once.
template <class T> class SparseScorer {
 public:
  explicit SparseScorer(const SparseLinear& model);
  std::size_t outputs() const { return outputs_; }
  std::size_t size() const { return size_; }  ///< places
  /// out_o = Σ_k weight[index_k, o]·value_k; places beyond the table weigh nothing.
  void operator()(std::span<const std::uint32_t> index, std::span<const T> value, std::span<double> out) const;
  void prefetch(std::span<const std::uint32_t> index) const;

 private:
  std::size_t outputs_, size_;
  std::vector<T> weights_;
};

}  // namespace talweg::models
