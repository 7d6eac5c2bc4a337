#include "talweg/data/read.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/archive.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/idx.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

const std::string images(
    "\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03"
    "\x00\x01\x02\x03\x04\x05\xff\x0a\x0b\x0c\x0d\x0e",
    28);
const std::string labels("\0\0\x08\x01\0\0\0\x02\x07\x03", 10);

TEST(Idx, FlattensImagesIntoPixels) {
  const Table t = read_idx(images, "i");
  ASSERT_EQ(t.rows, 2u);
  ASSERT_EQ(t.columns.size(), 6u);
  EXPECT_EQ(t.columns[0].name, "pixel1");
  EXPECT_EQ(t.columns[0].number(1), 255);
  EXPECT_EQ(t.columns[5].number(0), 5);
}

TEST(Idx, ReadsEveryTypeBigEndian) {
  const auto one = [](char type, const std::string& value) {
    std::string file("\0\0?\x01\0\0\0\x01", 8);
    file[2] = type;
    return read_idx(file.append(value), "i").columns[0].number(0);
  };
  EXPECT_EQ(one(0x09, "\xff"), -1);
  EXPECT_EQ(one(0x0b, "\xff\xfe"), -2);
  EXPECT_EQ(one(0x0c, std::string("\0\x01\0\0", 4)), 65536);
  EXPECT_EQ(one(0x0d, std::string("\x3f\xc0\0\0", 4)), 1.5);
  EXPECT_EQ(one(0x0e, std::string("\xbf\xf8\0\0\0\0\0\0", 8)), -1.5);
}

TEST(Idx, RefusesASizeThatDoesNotFitItsHeader) {
  for (std::size_t size = 4; size < images.size(); ++size)
    EXPECT_TRUE(contains(message_of<Error>([&] { read_idx(images.substr(0, size), "i.gz"); }), "i.gz: "));
  EXPECT_TRUE(contains(message_of<Error>([&] { read_idx(images + "x", "i"); }), "needs 28"));
}

TEST(Libsvm, FillsWhatIsNotListedWithZero) {
  const std::string text = "+1 1:0.5 3:2 # remark\n-1 2:1\n\n-1\n";
  ASSERT_TRUE(is_libsvm(text));
  const Table t = read_libsvm(text, "t");
  ASSERT_EQ(t.columns.size(), 4u);
  EXPECT_EQ(t.columns[0].name, "label");
  EXPECT_EQ(t.columns[0].numbers, (std::vector<double>{1, -1, -1}));
  EXPECT_EQ(t.columns[1].numbers, (std::vector<double>{0.5, 0, 0}));
  EXPECT_EQ(t.columns[3].numbers, (std::vector<double>{2, 0, 0}));
  EXPECT_EQ(t.lines, (std::vector<std::uint32_t>{1, 2, 4}));
}

TEST(Libsvm, ErrorsNameLineColumnAndToken) {
  EXPECT_TRUE(
      contains(message_of<Error>([] { read_libsvm("1 1:2\n1 2:x\n", "t"); }), "t:2:3: '2:x' is not index:value"));
  EXPECT_TRUE(
      contains(message_of<Error>([] { read_libsvm("1 1:1\nyes 1:1\n", "t"); }), "t:2:1: 'yes' is not a number"));
  EXPECT_TRUE(contains(message_of<Error>([] { read_libsvm("1 1:nan\n", "t"); }), "finite"));
}

TEST(Libsvm, IndicesStandInAnyOrderEachOnce) {
  const Table t = read_libsvm("1 3:1 qid:7 2:4\n0 1:5\n", "t");
  EXPECT_EQ(t.columns[2].numbers, (std::vector<double>{4, 0}));
  EXPECT_EQ(t.columns[3].numbers, (std::vector<double>{1, 0}));
  EXPECT_EQ(t.notes, (std::vector<std::string>{"1 row has indices that do not rise", "1 qid was left out"}));
  const LibsvmRows rows = read_libsvm_rows("1 3:1 2:4\n", "t", {});
  EXPECT_EQ(rows.cells.columns, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(rows.cells.values, (std::vector<double>{4, 1}));
  EXPECT_TRUE(contains(message_of<Error>([] { read_libsvm("1 3:1 2:1 3:2\n", "t"); }),
                       "t:1:11: '3:2' has an index that stood in the row before"));
}

TEST(Libsvm, MarksAndLineEndsMeanWhatTheyMeanElsewhere) {
  const Folder folder;
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Table t = read_table(put(folder / "t",
                                   "\xef\xbb\xbf"
                                   "1 1:2" +
                                       end + end + "0 2:3" + end));
    EXPECT_EQ(t.format, Format::libsvm);
    EXPECT_EQ(t.columns[2].numbers, (std::vector<double>{0, 3}));
    EXPECT_EQ(t.lines, (std::vector<std::uint32_t>{1, 3}));
  }
}

TEST(Libsvm, RowsThatBeginAtZeroAreRefusedWhereAModelKnowsThemFromOneOn) {
  const Folder folder;
  const std::string path = put(folder / "t", "1 1:2\n0 0:3\n");
  for (const bool sparse : {false, true})
    EXPECT_TRUE(
        contains(message_of<Error>([&] { read_table(path, {.libsvm_from_one = true, .sparse_libsvm = sparse}); }),
                 ":2:3: '0:3' has index 0, and the model was trained on indices from 1 on"));
}

TEST(Read, RecognisesTheFormatByContentNotByName) {
  const Folder folder;
  EXPECT_EQ(read_table(put(folder / "a.csv", images)).format, Format::idx);
  EXPECT_EQ(read_table(put(folder / "b.csv", "1 1:2 7:1\n")).format, Format::libsvm);
  EXPECT_EQ(read_table(put(folder / "c.libsvm", "a,b\n1,2\n")).format, Format::csv);
  EXPECT_FALSE(is_libsvm("12:30,5\n"));
}

TEST(Read, LabelsAreAppendedAndCounted) {
  const Folder folder;
  Table t = read_table(put(folder / "images", images));
  append_labels(t, put(folder / "labels", labels));
  EXPECT_EQ(t.columns.back().name, "label");
  EXPECT_EQ(t.columns.back().number(0), 7);
  Table again = read_table(folder / "images");
  const std::string three("\0\0\x08\x01\0\0\0\x03\x07\x03\x01", 11);
  EXPECT_TRUE(
      contains(message_of<Error>([&] { append_labels(again, put(folder / "l3", three)); }), "has 3 labels where"));
  EXPECT_TRUE(contains(message_of<Error>([&] { append_labels(again, folder / "images"); }), "swapped?"));
}

TEST(Read, AModelFileIsNoData) {
  const Folder folder;
  Archive().save(folder / "m");
  EXPECT_TRUE(contains(message_of<Error>([&] { read_table(folder / "m"); }), "is a model file"));
}

TEST(Read, TheDigitsThatComeWithTheProject) {
  const Table t = read_table(TALWEG_SOURCE_DIR "/data/digits.csv");
  EXPECT_EQ(t.rows, 1797u);
  EXPECT_EQ(t.columns.size(), 65u);
  EXPECT_EQ(t.columns.back().name, "digit");
}

}  // namespace
}  // namespace talweg::data
