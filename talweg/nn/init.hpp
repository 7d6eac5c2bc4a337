#pragma once
#include <array>
#include <span>
#include <string_view>

#include "talweg/base/export.hpp"
#include "talweg/base/random.hpp"
#include "talweg/nn/ops/operation.hpp"
#include "talweg/tensor/tensor.hpp"

namespace talweg::nn {

/// How a weight (I, O) starts. `gain` of orthogonal is 1.
///   glorot: variance 2/(I+O), Glorot & Bengio 2010    he: 2/I, He et al. 2015    lecun: 1/I, LeCun et al. 1998
///   orthogonal: the columns (or rows, if they are fewer) are orthonormal, Saxe et al. 2014
enum class Init {
  zeros,
  glorot_uniform,
  glorot_normal,
  he_uniform,
  he_normal,
  lecun_uniform,
  lecun_normal,
  orthogonal
};

/// In their order.
inline constexpr std::array<std::string_view, 8> init_names{"zeros",        "glorot_uniform", "glorot_normal",
                                                            "he_uniform",   "he_normal",      "lecun_uniform",
                                                            "lecun_normal", "orthogonal"};

/// By name ("glorot" and the like mean the uniform form for glorot, the normal form otherwise).
TALWEG_API Init init(std::string_view name);
TALWEG_API std::span<const Card> inits();

/// Fills `weight` (I, O). Drawn in double and rounded, so float and double networks start alike.
template <class T> TALWEG_API void initialize(Init how, Random& random, View<T> weight);

}  // namespace talweg::nn
