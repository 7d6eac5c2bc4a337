#pragma once
#include <string>
#include <string_view>

#include "talweg/base/error.hpp"

/// Whole files: read with gzip undone, written so that nobody ever sees half of one. Failures are talweg::Error with
/// the file's name and what to do.
namespace talweg::file {

/// The contents of `path`; what begins like gzip is decompressed, whatever the file is called. Pipes are read to the
/// end.
std::string read(const std::string& path);

/// Throws Error, with the program that undoes it, for bytes that begin like a compressed file or an archive of a kind
/// that is not undone here.
void refuse_packed(std::string_view bytes, const std::string& name);

/// Undoes gzip (several members in a row are one text). `name` is what errors call the data.
std::string gunzip(std::string_view compressed, const std::string& name);

/// The reader of a pipe is gone: nothing is wrong, and nobody is there to be told.
struct BrokenPipe : Error {
  using Error::Error;
};

/// `path` holds either what it held before or all of `bytes`: see Writer.
void write(const std::string& path, std::string_view bytes);

/// A file that is written piece by piece: beside its place, which it takes with `commit`. Without that, nothing is
/// left. Two writers of one place, in threads or processes, leave one whole file: that of the last commit.
///
/// Beside means <name>.tmp-<process>-<random> in the same folder, made anew (never through a link, never an old file)
/// and locked while its writer lives: what a killed process left behind is removed when the same place is written next,
/// or by `remove_left_behind`.
/// `commit` flushes the file to the disk, renames it, and flushes the folder. Mode and owner of a file that was there
/// are kept; where the owner cannot be, the file is the writer's, without set-user bits. A symbolic link stays: the
/// file it leads to is replaced, or made. Other hard links keep the old contents. Pipes, devices and standard streams
/// ("-", /dev/stdout) are written as it comes.
class Writer {
 public:
  explicit Writer(const std::string& path);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  void append(std::string_view bytes);
  void commit();

 private:
  void open_beside();
  void forget_beside();

  std::string path_, target_, beside_;  ///< `beside_` is empty for what is written as it comes
  int fd_ = -1, slot_ = -1;
};

/// A file that is written as it goes, for readers that watch it grow: what it held is gone at once.
class Lines {
 public:
  explicit Lines(const std::string& path);
  ~Lines();
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  void append(std::string_view bytes);

 private:
  std::string path_;
  int fd_ = -1;
};

/// Removes what killed Writers of this place left beside it.
void remove_left_behind(const std::string& path);

/// Removes what the Writers of this process have beside their places. Safe in a signal handler, when the process is
/// about to end.
void remove_unfinished() noexcept;

/// Throws the Error for a file that cannot be opened: why (an errno), and near names where there is none of this name.
[[noreturn]] void fail_open(const std::string& path, int error);

/// Throws what `write` would throw about the place (no such folder, not writable), before hours of work are spent.
void check_writable(const std::string& path);

}  // namespace talweg::file
