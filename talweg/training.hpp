#pragma once
/// Training models on rows, of files or in memory, and using them: what `talweg train` does, in a program.
#include "talweg/api/model.hpp"
#include "talweg/api/train/incremental.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/data/input.hpp"
