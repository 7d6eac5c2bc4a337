#pragma once
#include <memory>
#include <string>

#include "talweg/train/factorization/saved.hpp"
#include "talweg/train/online/stream_model.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::train {

/// The model of a file, of whatever kind. Throws Error naming the file and the entry for anything missing, damaged,
/// unknown or not fitting.
std::unique_ptr<models::SavedModel> load_model(const std::string& path);
/// The same of what a model file holds.
std::unique_ptr<models::SavedModel> load_model(const Archive& archive);

/// Calls `use` with the model as what it is: the one place that asks.
template <class Use> decltype(auto) with_kind(const models::SavedModel& model, const Use& use) {
  if (const auto* stream = dynamic_cast<const online::StreamModel*>(&model)) return use(*stream);
  if (const auto* ratings = dynamic_cast<const SavedFactorization*>(&model)) return use(*ratings);
  return use(dynamic_cast<const TrainedModel&>(model));
}

}  // namespace talweg::train
