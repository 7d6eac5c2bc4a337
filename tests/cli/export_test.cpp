// `talweg export`: what it writes is whole, and what it refuses leaves no trace.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run_command.hpp"

namespace talweg::test {
namespace {

using testing::contains;
using testing::Folder;
using testing::put;

class Export : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_command({"train", TALWEG_SOURCE_DIR "/data/iris.csv", "--target", "species", "--model", "softmax",
                           "--save", model})
                  .status,
              0);
  }
  static Ran refused(const std::vector<std::string>& arguments) {
    const Ran ran = run_command(arguments);
    EXPECT_EQ(ran.status, 2) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    return ran;
  }
  const Folder folder;
  const std::string model = folder / "iris.talweg";
};

TEST_F(Export, TheFormatFollowsFromTheEndingOrIsNamed) {
  for (const std::string form : {"onnx", "npz", "json"}) {
    const std::string first = folder / ("a." + form);
    const Ran ran = run_command({"export", model, "--output", first});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out + ran.err, "");
    EXPECT_EQ(run_command({"export", model, "--format", form, "--output", folder / "b"}).status, 0);
    EXPECT_TRUE(slurp(first) == slurp(folder / "b")) << form;
    EXPECT_TRUE(run_command({"export", model, "--format", form}).out == slurp(first)) << form;
  }
  EXPECT_EQ(nlohmann::json::parse(slurp(folder / "a.json")).at("model"), "softmax");
  EXPECT_TRUE(slurp(folder / "a.npz").starts_with("PK\x03\x04"));
}

TEST_F(Export, AnUnknownFormatIsRefusedInOneLine) {
  EXPECT_TRUE(
      contains(refused({"export", model}).err, "give --format (onnx, npz or json), or a name that ends in .onnx"));
  EXPECT_TRUE(contains(refused({"export", model, "--output", folder / "m.pb"}).err, "/m.pb' does not"));
  EXPECT_TRUE(contains(refused({"export", model, "--format", "onx", "--output", folder / "m.onnx"}).err,
                       "unknown format 'onx': did you mean 'onnx'?"));
  EXPECT_TRUE(contains(refused({"export"}).err, "a model file is needed: talweg export "));
  EXPECT_EQ(folder.count(), 1u);
}

TEST_F(Export, ADamagedModelIsRefusedAndWhatWasThereStays) {
  std::string bytes = slurp(model);
  bytes[bytes.size() / 2] ^= 1;
  const std::string broken = put(folder / "broken.talweg", bytes), before = put(folder / "m.onnx", "before");
  EXPECT_TRUE(contains(refused({"export", broken, "--output", before}).err, "broken.talweg"));
  EXPECT_TRUE(contains(refused({"export", TALWEG_SOURCE_DIR "/data/iris.csv", "--output", before}).err, "iris.csv"));
  EXPECT_EQ(slurp(before), "before");
  EXPECT_EQ(folder.count(), 3u);
}

TEST_F(Export, HashedModelsAreNoOnnxAndAreNpzAndJson) {
  const std::string hashed = folder / "hashed.talweg";
  ASSERT_EQ(run_command({"train", TALWEG_SOURCE_DIR "/data/iris.csv", "--target", "species", "--model", "softmax",
                         "--optimizer", "ftrl", "--hash-bits", "8", "--save", hashed})
                .status,
            0);
  EXPECT_TRUE(contains(refused({"export", hashed, "--output", folder / "m.onnx"}).err,
                       "hashes its features (--hash-bits 8), which ONNX has no operation for; write npz or JSON"));
  EXPECT_EQ(folder.count(), 2u);
  for (const char* name : {"m.npz", "m.json"})
    EXPECT_EQ(run_command({"export", hashed, "--output", folder / name}).status, 0) << name;
}

TEST_F(Export, AFullDiskIsTold) {
  for (const std::string form : {"onnx", "npz", "json"})
    EXPECT_TRUE(contains(refused({"export", model, "--format", form, "--output", "/dev/full"}).err, "No space left"))
        << form;
}

TEST_F(Export, NoModelIsWrittenOverItself) {
  const std::string before = slurp(model);
  EXPECT_TRUE(
      contains(refused({"export", model, "--format", "npz", "--output", model}).err, "would overwrite the model"));
  EXPECT_TRUE(slurp(model) == before);
}

}  // namespace
}  // namespace talweg::test
