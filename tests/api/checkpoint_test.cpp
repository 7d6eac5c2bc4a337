// Checkpoints whose checksum is right and whose entries do not fit each other: a line each, and no crash.
#include "talweg/api/train/checkpoint.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "support/archives.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/train/checkpoint.hpp"

namespace talweg::api {
namespace {

using testing::contains;
using testing::Folder;
using testing::message_of;

const std::string iris = TALWEG_SOURCE_DIR "/data/iris.csv";

using Texts = std::vector<std::string>;
using Counts = std::vector<std::int64_t>;

/// What is said of the checkpoint of a short run once its settings or counts were changed.
std::string refusal(const std::function<void(const Texts& keys, Texts& values)>& settings,
                    const std::function<void(Counts&)>& counts) {
  const Folder folder;
  TrainRequest request;
  request.file = iris;
  request.target = "species";
  request.model = "mlp:3";
  request.epochs = 2;
  request.checkpoint = folder / "c";
  train(request);
  const std::string file = train::CheckpointFolder::state_file(folder / "c");
  const Archive good = Archive::load(file);
  Archive bad;
  for (const auto& e : good.entries()) {
    if (e.name == "settings.values") {
      Texts values = good.texts(e.name);
      settings(good.texts("settings.keys"), values);
      bad.put(e.name, values);
    } else if (e.name == "batches.counts") {
      Counts changed = good.integers(e.name);
      counts(changed);
      bad.put(e.name, changed);
    } else {
      testing::put_copy(bad, good, e);
    }
  }
  bad.save(file);
  TrainRequest again;
  again.file = iris;
  again.resume = folder / "c";
  return message_of<Error>([&] { train(again); });
}

TEST(CraftedCheckpoint, ASeedThatIsNoNumber) {
  for (const char* seed : {"x", "-1", "1.5", "99999999999999999999999"})
    EXPECT_TRUE(contains(refusal(
                             [&](const Texts& keys, Texts& values) {
                               for (std::size_t i = 0; i < keys.size(); ++i)
                                 if (keys[i] == "seed") values[i] = seed;
                             },
                             [](Counts&) {}),
                         ": seed '"))
        << seed;
}

TEST(CraftedCheckpoint, AnEpochAtWorkWithNoRowLeft) {
  const auto nothing = [](const Texts&, Texts&) {};
  EXPECT_TRUE(contains(refusal(nothing, [](Counts& c) { c[2] = 1; }), "does not fit the rows of the run"));
  EXPECT_TRUE(contains(refusal(nothing, [](Counts& c) { c[1] = 1000; }), "does not fit the rows of the run"));
}

}  // namespace
}  // namespace talweg::api
