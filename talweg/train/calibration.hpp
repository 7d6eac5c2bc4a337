#pragma once
#include <span>

#include "talweg/train/examples.hpp"

namespace talweg::train {

/// How sure a model is, put right by rows that it did not learn from (temperature scaling: Guo et al. 2017,
/// arXiv:1706.04599, section 4.2): the factor s on all outputs at which Σ −log p(truth) + (log s / 0.3)² / 2 is least.
/// What is predicted stays the same, only the probabilities change. The second term is what keeps a few rows that are
/// all predicted rightly from asking for certainty. `weights` (rows, or empty) says what each row counts.
double output_scale(const models::Head& head, std::span<const double> outputs, std::span<const double> truth,
                    std::span<const double> weights = {}, const Stop& stop = {});

/// Multiplies the last layer of `model` by that factor, and returns it. Throws Stopped, with the model as it was.
template <class T>
double calibrate(models::Model<T>& model, const Examples<T>& held_back, Pool& pool, const Stop& stop = {});

extern template double calibrate(models::Model<float>&, const Examples<float>&, Pool&, const Stop&);
extern template double calibrate(models::Model<double>&, const Examples<double>&, Pool&, const Stop&);

}  // namespace talweg::train
