#pragma once
/// For programs that bring something of their own: a first-order rule, a deterministic method, a loss, an activation or
/// a layer, known by its name after one call; and a learner, which `train::train` drives as it is.
#include "talweg/nn/layers/registry.hpp"
#include "talweg/nn/ops/activations_table.hpp"
#include "talweg/nn/ops/losses/table.hpp"
#include "talweg/optim/register.hpp"
#include "talweg/train/loop.hpp"
