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

/// The weights where rows find them at once: in a table over all places, or, where few of many places have one, by
/// hashing the place, so that memory goes with the weights and not with the largest place.
template <class T> class SparseScorer {
 public:
  explicit SparseScorer(const SparseLinear& model);
  std::size_t outputs() const { return outputs_; }
  /// out_o = Σ_k weight[index_k, o]·value_k; places beyond the table weigh nothing.
  void operator()(std::span<const std::uint32_t> index, std::span<const T> value, std::span<double> out) const;
  void prefetch(std::span<const std::uint32_t> index) const;

 private:
  struct Cell {
    std::uint32_t place = 0, row = 0;  ///< row of the weights, counted from 1; 0: free
  };
  std::size_t home(std::uint32_t place) const { return (place * 0x9e3779b97f4a7c15u >> 32) & mask_; }
  const T* find(std::uint32_t place) const;  ///< the weights (outputs) of a place; null without

  std::size_t outputs_, places_, mask_ = 0;
  bool direct_ = true;
  std::vector<T> weights_;   // (places up to the last, outputs), or (places with a weight, outputs)
  std::vector<Cell> cells_;  // open addressing, at most half full
};

}  // namespace talweg::models
