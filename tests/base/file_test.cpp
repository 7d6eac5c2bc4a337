#include "talweg/base/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <thread>

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
  EXPECT_EQ(file::read(put(folder / "apart.gz", gzip("first,") + std::string(5, '\0') + gzip("second"))),
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

TEST(File, NamesWhatItCannotUnpack) {
  const Folder folder;
  const auto refusal = [&](const std::string& bytes) {
    return message_of<Error>([&] { file::read(put(folder / "f", bytes)); });
  };
  EXPECT_TRUE(contains(refusal(std::string("\xfd"
                                           "7zXZ\0\0",
                                           7)),
                       "/f: is compressed with xz; undo it first (xz -dk)"));
  EXPECT_TRUE(contains(refusal("\x28\xb5\x2f\xfd..."), "zstd"));
  EXPECT_TRUE(contains(refusal("BZh91AY"), "bzip2"));
  EXPECT_TRUE(contains(refusal("PK\x03\x04"), "spreadsheet"));
  EXPECT_EQ(file::read(put(folder / "f", "BZhang,PK\n")), "BZhang,PK\n");
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

/// A name as a writer that was killed leaves it.
std::string left_behind(const Folder& folder, const std::string& name, const std::string& digits = "0123456789abcdef") {
  return put(folder / (name + ".tmp-4242-" + digits), "half");
}

TEST(Writer, NeverWritesThroughALinkThatLiesInWait) {
  const Folder folder;
  const std::string victim = put(folder / "victim", "precious");
  const std::string path = folder / "m";
  std::filesystem::create_symlink(victim, path + ".tmp-" + std::to_string(::getpid()));
  std::filesystem::create_symlink(victim, path + ".tmp-" + std::to_string(::getpid()) + "-0123456789abcdef");
  file::write(path, "model");
  EXPECT_EQ(file::read(victim), "precious");
  EXPECT_EQ(file::read(path), "model");
  EXPECT_FALSE(std::filesystem::is_symlink(path));
}

TEST(Writer, RemovesWhatADeadProcessLeftOfTheSameTarget) {
  const Folder folder;
  const std::string left = left_behind(folder, "m"), foreign = left_behind(folder, "other"),
                    users = put(folder / "m.tmp-notes", "mine"),
                    old = put(folder / "m.tmp-12-0123456789abcdeX", "mine");
  const std::string locked = left_behind(folder, "m", "fedcba9876543210");
  const int fd = ::open(locked.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);  // its writer lives
  file::write(folder / "m", "model");
  ::close(fd);
  EXPECT_FALSE(std::filesystem::exists(left));
  for (const auto& kept : {foreign, users, old, locked}) EXPECT_TRUE(std::filesystem::exists(kept)) << kept;
}

TEST(Writer, LeavesNothingOnAnException) {
  const Folder folder;
  EXPECT_THROW(
      {
        file::Writer writer(folder / "m");
        writer.append("half");
        EXPECT_EQ(folder.count(), 1u);
        throw Error("no");
      },
      Error);
  EXPECT_EQ(folder.count(), 0u);
}

TEST(Writer, LeavesNothingWhenASignalEndsTheProcess) {
  const Folder folder;
  file::Writer writer(folder / "m");
  writer.append("half");
  EXPECT_EQ(folder.count(), 1u);
  file::remove_unfinished();
  EXPECT_EQ(folder.count(), 0u);
}

TEST(Writer, KeepsModeAndOwner) {
  const Folder folder;
  const std::string path = put(folder / "m", "old");
  ::chmod(path.c_str(), 0640);
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::chown(path.c_str(), 1234, 4321), 0);
  }
  file::write(path, "new");
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
  if (root) {
    EXPECT_EQ(info.st_uid, 1234u);
    EXPECT_EQ(info.st_gid, 4321u);
  }
}

TEST(Writer, ADanglingLinkMakesTheFileItPromises) {
  const Folder folder;
  std::filesystem::create_directory(folder / "far");
  std::filesystem::create_symlink("far/m", folder / "link");
  file::write(folder / "link", "model");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(file::read(folder / "far/m"), "model");
}

TEST(Writer, OtherHardLinksKeepTheOldContents) {
  const Folder folder;
  put(folder / "m", "old");
  std::filesystem::create_hard_link(folder / "m", folder / "other");
  file::write(folder / "m", "new");
  EXPECT_EQ(file::read(folder / "m"), "new");
  EXPECT_EQ(file::read(folder / "other"), "old");
}

TEST(Writer, TwoAtOnceLeaveOneWholeFile) {
  const Folder folder;
  const std::string path = folder / "m";
  const auto write = [&](char letter) {
    for (int i = 0; i < 50; ++i) {
      file::Writer writer(path);
      for (int piece = 0; piece < 8; ++piece) writer.append(std::string(1000, letter));
      writer.commit();
    }
  };
  std::thread a(write, 'a'), b(write, 'b');
  a.join();
  b.join();
  const std::string text = file::read(path);
  EXPECT_TRUE(text == std::string(8000, 'a') || text == std::string(8000, 'b'));
  EXPECT_EQ(folder.count(), 1u);
}

TEST(Writer, TakesNamesAsLongAsAFileSystemDoes) {
  const Folder folder;
  const std::string path = folder / std::string(255, 'n');
  file::write(path, "model");
  EXPECT_EQ(file::read(path), "model");
  EXPECT_EQ(folder.count(), 1u);
}

}  // namespace
}  // namespace talweg
