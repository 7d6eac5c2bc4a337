#pragma once
#include "talweg/nn/module.hpp"
#include "talweg/nn/ops/regularization.hpp"

namespace talweg::nn::layers {

/// While training, sets each number to 0 with probability `rate` and divides the others by 1 − rate.
struct Dropout {
  static constexpr Card card =
      described("dropout", "x·mask / (1 − rate)", "keeps units from relying on each other",
                {"networks that learn their rows by heart", "one number, and the network relies on no single unit",
                 "needs more epochs; with few rows and strong l2 it adds little"});
  double rate = 0.5;
  static constexpr std::array params{Field<Dropout>{"rate", &Dropout::rate, fraction, "share of the numbers set to 0"}};

  std::int64_t outputs(std::int64_t inputs) const { return inputs; }
  template <class T> Value<T> forward(Pass<T>& pass, const Value<T>& x) const {
    return pass.records() ? pass(nn::Dropout{rate, pass.key()}, x) : x;
  }
};

}  // namespace talweg::nn::layers
