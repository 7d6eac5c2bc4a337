#pragma once
#include <memory>

#include "talweg/train/batches/batches.hpp"
#include "talweg/train/postmortem/postmortem.hpp"

namespace talweg::train {

/// Makes the last steps of a run in mini-batches again, on a copy of its learner, and tries what would have saved them.
/// The parameters of the model and its random numbers are as before afterwards. Throws Stopped.
template <class T> PostMortem examine(const Batches<T>& learner, PostMortem::Finding finding, const Stop& stop);

extern template PostMortem examine(const Batches<float>&, PostMortem::Finding, const Stop&);
extern template PostMortem examine(const Batches<double>&, PostMortem::Finding, const Stop&);

}  // namespace talweg::train
