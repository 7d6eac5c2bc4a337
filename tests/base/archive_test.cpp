#include "talweg/base/archive.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/checksum.hpp"
#include "talweg/base/error.hpp"

namespace talweg {
namespace {

using testing::contains;
using testing::message_of;

Archive example() {
  Archive archive;
  archive.put("weights", std::vector<float>{1.5f, -0.0f, 3e-41f, 4}, {2, 2});
  archive.put("mean", std::vector<double>{0.1, std::numeric_limits<double>::infinity()});
  archive.put("step", std::int64_t{-7});
  archive.put("model", std::string_view("mlp:64,32"));
  archive.put("classes", std::vector<std::string>{"red", "", "a\nb"});
  archive.put("nothing", std::vector<double>{});
  return archive;
}

TEST(Archive, GivesBackWhatWasPut) {
  const Archive archive = Archive::parse(example().bytes(), "m.talweg");
  EXPECT_EQ(archive, example());
  EXPECT_EQ(archive.floats("weights"), (std::vector<float>{1.5f, -0.0f, 3e-41f, 4}));
  EXPECT_EQ(archive.entries()[0].shape, (std::vector<std::uint64_t>{2, 2}));
  EXPECT_EQ(archive.doubles("mean")[1], std::numeric_limits<double>::infinity());
  EXPECT_EQ(archive.integer("step"), -7);
  EXPECT_EQ(archive.text("model"), "mlp:64,32");
  EXPECT_EQ(archive.texts("classes"), (std::vector<std::string>{"red", "", "a\nb"}));
  EXPECT_TRUE(archive.doubles("nothing").empty());
}

TEST(Archive, SameEntriesGiveTheSameBytesInLittleEndian) {
  EXPECT_EQ(example().bytes(), example().bytes());
  Archive archive;
  archive.put("n", std::int64_t{0x0102});
  const std::string bytes = archive.bytes();
  EXPECT_EQ(bytes.substr(bytes.size() - 12, 8), std::string("\x02\x01\0\0\0\0\0\0", 8));
}

TEST(Archive, EveryFlippedBitOfEveryByteIsRefused) {
  const std::string good = example().bytes();
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      const std::string message = message_of<Error>([&] { Archive::parse(bad, "m.talweg"); });
      ASSERT_TRUE(contains(message, "m.talweg: ")) << "byte " << at;
    }
}

TEST(Archive, EveryCutIsRefused) {
  const std::string good = example().bytes();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const std::string message = message_of<Error>([&] { Archive::parse(good.substr(0, size), "m.talweg"); });
    ASSERT_TRUE(contains(message, "m.talweg: ")) << size;
  }
  EXPECT_TRUE(contains(message_of<Error>([&] { Archive::parse(good + "x", "m"); }), "1 bytes follow"));
}

TEST(Archive, NamesTheDamagedEntry) {
  const Archive archive = example();
  std::string bytes = archive.bytes();
  const std::size_t at = bytes.find("mlp:64,32");
  bytes[at] = 'M';
  EXPECT_TRUE(contains(message_of<Error>([&] { Archive::parse(bytes, "m.talweg"); }),
                       "m.talweg: damaged or foreign: entry 'model' is damaged (its checksum differs)"));
  EXPECT_TRUE(contains(message_of<Error>([&] { Archive::parse(archive.bytes().substr(0, at + 3), "m.talweg"); }),
                       "m.talweg: damaged or foreign: entry 'model' is cut"));
}

TEST(Archive, RefusesAnotherVersionByNumber) {
  std::string bytes = example().bytes();
  bytes[8] = 2;
  const std::uint32_t sum = checksum(std::string_view(bytes).substr(0, 28));
  for (int i = 0; i < 4; ++i) bytes[28 + static_cast<std::size_t>(i)] = static_cast<char>(sum >> (8 * i));
  EXPECT_TRUE(contains(message_of<Error>([&] { Archive::parse(bytes, "m"); }), "version 2"));
}

TEST(Archive, MissingAndMistypedEntriesAreNamed) {
  const Archive archive = Archive::parse(example().bytes(), "m.talweg");
  EXPECT_TRUE(contains(message_of<Error>([&] { archive.text("seed"); }),
                       "m.talweg: damaged or foreign: entry 'seed' is missing"));
  EXPECT_TRUE(contains(message_of<Error>([&] { archive.doubles("weights"); }), "holds float32, not float64"));
  EXPECT_TRUE(contains(message_of<Error>([&] { archive.number("mean"); }), "should be one number"));
}

TEST(Checksum, IsTheCrc32OfTheCatalogue) { EXPECT_EQ(checksum("123456789"), 0xcbf43926u); }

}  // namespace
}  // namespace talweg
