#include "talweg/train/online/stream_model.hpp"

#include <algorithm>

namespace talweg::train::online {

void StreamModel::save(const std::string& path) const {
  Archive archive;
  model.save(archive);
  save_record(record, archive);
  archive.save(path);
}

StreamModel StreamModel::load(const std::string& path) { return from(Archive::load(path)); }

StreamModel StreamModel::from(const Archive& archive) {
  constexpr std::string_view known[] = {"kind",    "model",     "loss",   "precision", "head.",
                                        "target.", "features.", "names.", "weights.",  "training."};
  for (const auto& e : archive.entries())
    if (std::none_of(std::begin(known), std::end(known),
                     [&](std::string_view k) { return k.back() == '.' ? e.name.starts_with(k) : e.name == k; }))
      archive.fail(e.name, "is unknown to this version of talweg; use the talweg that wrote the file");
  return {models::SparseLinear::load(archive), load_record(archive)};
}

bool StreamModel::is(const Archive& archive) { return archive.has("kind") && archive.text("kind") == "sparse model"; }

}  // namespace talweg::train::online
