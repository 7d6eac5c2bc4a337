#pragma once
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "talweg/api/common.hpp"
#include "talweg/api/report_page.hpp"

/// As it is: what a program reads, and pictures with their colours.
inline void put_data(std::string_view bytes, const std::string& path) {
  if (!path.empty() && path != "-") {
    talweg::file::write(path, bytes);
    return;
  }
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  if (std::fflush(stdout) != 0 || !written) throw talweg::Error("standard output cannot be written to");
}

/// Prints a finished document, or writes it to `path` (beside and renamed); "-" and "" mean standard output. Names and
/// cells of files stand in it: what would steer a terminal is written out (in JSON as its own escapes).
inline void put_document(std::string_view document, const std::string& path) {
  put_data(talweg::text::visible(document, "\n\t"), path);
}

/// A document that comes in pieces of whole lines: to standard output, or to a file that takes its place when all is
/// written. `data`: as it is, as for `put_data`.
class DocumentSink {
 public:
  DocumentSink(const std::string& path, bool data) : data_(data) {
    if (!path.empty() && path != "-") file_.emplace(path);
  }
  void append(std::string_view piece) {
    waiting_ += data_ ? std::string(piece) : talweg::text::visible(piece, "\n\t");
    constexpr std::size_t enough = 1 << 16;
    if (waiting_.size() >= enough) flush();
  }
  void commit() {
    flush();
    if (file_)
      file_->commit();
    else if (std::fflush(stdout) != 0)
      throw talweg::Error("standard output cannot be written to");
  }

 private:
  void flush() {
    if (file_)
      file_->append(waiting_);
    else if (std::fwrite(waiting_.data(), 1, waiting_.size(), stdout) != waiting_.size())
      throw talweg::Error("standard output cannot be written to");
    waiting_.clear();
  }
  bool data_;
  std::string waiting_;
  std::optional<talweg::file::Writer> file_;
};

inline void put_page(const talweg::report::html::Page& page, const std::string& path) {
  talweg::file::write(path, talweg::report::html::document(page));
}

inline void put_warning(std::string_view warning) {
  std::fprintf(stderr, "talweg: warning: %s\n", talweg::text::visible(warning).c_str());
}
