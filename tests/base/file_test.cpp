#include "talweg/base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg {
namespace {

using testing::contains;
using testing::Folder;
using testing::message_of;
using testing::put;

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(File, ReadsPlainAndCompressedByContent) {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919 % 1000) + ",";
  EXPECT_EQ(file::read(put(folder / "plain.gz", text)), text);
  EXPECT_EQ(file::read(put(folder / "packed.csv", gzip(text))), text);
  EXPECT_EQ(file::read(put(folder / "empty", "")), "");
  EXPECT_EQ(file::read(put(folder / "empty.gz", gzip(""))), "");
}

TEST(File, JoinsTheMembersOfAGzipFile) {
  const Folder folder;
  EXPECT_EQ(file::read(put(folder / "two.gz", gzip("first,") + gzip("second") + std::string(512, '\0'))),
            "first,second");
}

TEST(File, RefusesEveryTruncationOfAGzipFile) {
  const std::string packed = gzip("a,b\n1,2\n3,4\n");
  for (std::size_t size = 2; size < packed.size(); ++size) {
    const std::string message = message_of<Error>([&] { file::gunzip(packed.substr(0, size), "data.csv.gz"); });
    EXPECT_TRUE(contains(message, "data.csv.gz: the compressed data is truncated")) << size;
    EXPECT_TRUE(contains(message, "download the file again"));
  }
}

TEST(File, RefusesDamagedGzipData) {
  std::string packed = gzip("a,b\n1,2\n3,4\n");
  packed[packed.size() - 6] ^= 1;  // the checksum of the text
  EXPECT_TRUE(contains(message_of<Error>([&] { file::gunzip(packed, "data.gz"); }), "damaged"));
  EXPECT_TRUE(contains(message_of<Error>([&] { file::gunzip(gzip("x") + "tail", "data.gz"); }), "not gzip"));
}

TEST(File, NamesAMissingFileWithNearNames) {
  const Folder folder;
  put(folder / "digits.csv", "x");
  const std::string message = message_of<Error>([&] { file::read(folder / "digit.csv"); });
  EXPECT_TRUE(contains(message, "digit.csv: no such file; did you mean 'digits.csv'?"));
  EXPECT_TRUE(contains(message_of<Error>([&] { file::read(folder.path()); }), "is a folder"));
}

TEST(File, WritesWholeFilesAndLeavesNothingBeside) {
  const Folder folder;
  const std::string path = folder / "model";
  file::write(path, "first");
  file::write(path, "second");
  EXPECT_EQ(file::read(path), "second");
  EXPECT_EQ(folder.count(), 1u);
}

TEST(File, ReplacesTheFileBehindALink) {
  const Folder folder;
  put(folder / "real", "old");
  std::filesystem::create_symlink(folder / "real", folder / "link");
  file::write(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(file::read(folder / "real"), "new");
}

TEST(File, AFullDiskIsAnErrorThatSaysSo) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full here";
  EXPECT_TRUE(contains(message_of<Error>([] { file::write("/dev/full", "x"); }), "No space left"));
}

TEST(File, RefusesAPlaceThatCannotBeWrittenBeforeTheWork) {
  const Folder folder;
  EXPECT_TRUE(contains(message_of<Error>([&] { file::check_writable(folder / "none/model"); }), "there is no folder"));
  EXPECT_TRUE(contains(message_of<Error>([&] { file::check_writable(folder.path()); }), "is a folder"));
  EXPECT_NO_THROW(file::check_writable(folder / "model"));
  EXPECT_EQ(folder.count(), 0u);
}

}  // namespace
}  // namespace talweg
