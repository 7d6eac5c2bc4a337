#include "talweg/api/train/save_model.hpp"

#include <cstdlib>
#include <filesystem>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {

void save_model(const std::string& place, const std::function<void(const std::string& path)>& save) {
  try {
    save(place);
  } catch (const Error& failure) {
    std::error_code failed;
    std::string folder = (std::filesystem::temp_directory_path(failed) / "talweg-XXXXXX").string();
    if (failed || ::mkdtemp(folder.data()) == nullptr) throw;
    const std::string rescued = (std::filesystem::path(folder) / "model.talweg").string();
    try {
      save(rescued);
    } catch (const Error&) {
      std::filesystem::remove_all(folder, failed);
      throw failure;
    }
    throw Error(text::cat(failure.what(), "; the model is saved in ", rescued));
  }
}

}  // namespace talweg::api
