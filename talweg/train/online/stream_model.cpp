#include "talweg/train/online/stream_model.hpp"

#include "talweg/train/file_forms.hpp"

namespace talweg::train::online {

void StreamModel::save(const std::string& path) const {
  Archive archive;
  model.save(archive);
  save_record(record, archive);
  archive.save(path);
}

StreamModel StreamModel::load(const std::string& path) { return from(Archive::load(path)); }

StreamModel StreamModel::from(const Archive& archive) {
  check(archive, sparse_model_form());
  return {models::SparseLinear::load(archive), load_record(archive)};
}

bool StreamModel::is(const Archive& archive) { return archive.has("kind") && archive.text("kind") == "sparse model"; }

}  // namespace talweg::train::online
