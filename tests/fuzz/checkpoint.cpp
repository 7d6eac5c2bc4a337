// Checkpoints: a run goes on from one, or says why not.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "archive_mutator.hpp"
#include "support/archives.hpp"
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/api/train/checkpoint.hpp"
#include "talweg/train/checkpoint.hpp"
#include "talweg/train/file_forms.hpp"

using namespace talweg;

namespace {

/// A folder with a file of rows, of the size and the date that the seeds were made with.
const std::string& folder() {
  // Never destroyed: the folder is removed after everything else is.
  static const std::string* const path = [] {
    std::string name = (std::filesystem::temp_directory_path() / "talweg-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    std::ofstream(name + "/rows.libsvm") << "1 1:1 3:2\n0 2:1\n1 1:0.5 2:1 3:1\n0 4:1\n";
    std::atexit([] { std::filesystem::remove_all(folder()); });
    return new std::string(name);
  }();
  return *path;
}

Archive with_fingerprint(const Archive& from) {
  const auto info = train::Fingerprint::of(folder() + "/rows.libsvm");
  Archive out;
  for (const auto& e : from.entries()) {
    if (e.name == "settings.values" && from.has("settings.keys")) {
      const auto keys = from.texts("settings.keys");
      auto values = from.texts("settings.values");
      for (std::size_t i = 0; i < std::min(keys.size(), values.size()); ++i)
        if (keys[i] == "data") values[i] = api::data_text(folder() + "/rows.libsvm");
      out.put(e.name, values);
    } else if (e.name == "file") {
      out.put("file", std::vector<std::int64_t>{info.size, info.modified_ns});
    } else {
      talweg::testing::put_copy(out, from, e);
    }
  }
  return out;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return fuzz::mutate_archive(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::expect_nothing_worse([&] {
    const std::string bytes = with_fingerprint(Archive::parse(fuzz::text_of(data, size), "input")).bytes();
    std::ofstream(folder() + "/checkpoint.talweg", std::ios::binary) << bytes;
    if (api::kind_of_checkpoint(folder()) == train::checkpoint_of_minimize) {
      api::MinimizeRequest request;
      request.resume = folder();
      request.every = "1000000steps";
      request.options.max_seconds = 0.2;
      api::minimize(request);
      return;
    }
    api::TrainRequest request;
    request.file = folder() + "/rows.libsvm";
    request.resume = folder();
    request.every = "1000000steps";
    request.max_seconds = 0.2;
    request.threads = 1;
    api::train(request);
  });
  return 0;
}
