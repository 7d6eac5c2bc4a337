#pragma once
/// All of talweg::nn.
#include "talweg/nn/init.hpp"
#include "talweg/nn/network.hpp"
#include "talweg/nn/ops/all.hpp"
