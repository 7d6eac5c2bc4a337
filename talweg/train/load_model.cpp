#include "talweg/train/load_model.hpp"

namespace talweg::train {

std::unique_ptr<models::SavedModel> load_model(const std::string& path) { return load_model(Archive::load(path)); }

std::unique_ptr<models::SavedModel> load_model(const Archive& archive) {
  if (online::StreamModel::is(archive))
    return std::make_unique<online::StreamModel>(online::StreamModel::from(archive));
  if (SavedFactorization::recognises(archive))
    return std::make_unique<SavedFactorization>(SavedFactorization::from(archive));
  return std::make_unique<TrainedModel>(TrainedModel::from(archive));
}

}  // namespace talweg::train
