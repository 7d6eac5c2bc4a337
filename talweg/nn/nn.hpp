#pragma once
/// All of talweg::nn.
#include "talweg/nn/init.hpp"
#include "talweg/nn/layers/all.hpp"
#include "talweg/nn/mlp.hpp"
#include "talweg/nn/ops/all.hpp"
