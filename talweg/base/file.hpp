#pragma once
#include <string>
#include <string_view>

/// Whole files: read with gzip undone, written so that nobody ever sees half of one. Failures are talweg::Error with
/// the file's name and what to do.
namespace talweg::file {

/// The contents of `path`; what begins like gzip is decompressed, whatever the file is called. Pipes are read to the
/// end.
std::string read(const std::string& path);

/// Undoes gzip (several members in a row are one text). `name` is what errors call the data.
std::string gunzip(std::string_view compressed, const std::string& name);

/// Writes beside `path`, flushes to the disk and renames: `path` holds either what it held before or all of `bytes`.
/// A pipe or a device is written directly.
void write(const std::string& path, std::string_view bytes);

/// A file that is written piece by piece: beside its place, which it takes with `commit`. Without that, nothing is
/// left.
class Writer {
 public:
  explicit Writer(const std::string& path);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  void append(std::string_view bytes);
  void commit();

 private:
  std::string path_, target_, beside_;  ///< `beside_` is empty for a pipe or a device
  int fd_ = -1;
};

/// Throws the Error for a file that cannot be opened: why (an errno), and near names where there is none of this name.
[[noreturn]] void fail_open(const std::string& path, int error);

/// Throws what `write` would throw about the place (no such folder, not writable), before hours of work are spent.
void check_writable(const std::string& path);

}  // namespace talweg::file
