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

/// Throws what `write` would throw about the place (no such folder, not writable), before hours of work are spent.
void check_writable(const std::string& path);

}  // namespace talweg::file
