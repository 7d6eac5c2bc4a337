#pragma once
#include <cstdint>
#include <span>

#include "talweg/models/head.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::models {

/// `count` rows of the targets from `first` on, as a loss takes them.
template <class T> nn::Targets<T> rows_of(const EncodedTargets<T>& targets, std::size_t first, std::size_t count) {
  const auto n = static_cast<std::int64_t>(count);
  nn::Targets<T> some;
  if (targets.classes.empty())
    some.values = View<const T>(targets.values.data() + first, {n, 1});
  else
    some.classes = std::span(targets.classes).subspan(first, count);
  if (!targets.weights.empty()) some.weights = View<const T>(targets.weights.data() + first, {n});
  return some;
}

}  // namespace talweg::models
