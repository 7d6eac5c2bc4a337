#pragma once
#include "talweg/models/head.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::models {

/// The l1 of the network. Without hidden layer, weights in the unit of the target are the network's times the
/// deviation, and squares the network's times its square: there l1 means the same whatever the target is scaled by.
inline double network_l1(const ModelSpec& spec, const Head& head) {
  return spec.hidden.empty() && head.loss == nn::SquaredError::card.name ? spec.l1 / head.deviation : spec.l1;
}

}  // namespace talweg::models
