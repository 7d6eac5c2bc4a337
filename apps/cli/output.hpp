#pragma once
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "talweg/api/common.hpp"
#include "talweg/present/report_page.hpp"

/// As it is, on standard output, at once: what a program reads, and pictures with their colours.
inline void put_data(std::string_view bytes) {
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  if (std::fflush(stdout) == 0 && written) return;
  const int why = errno;
  std::clearerr(stdout);
  const std::string message = talweg::text::cat("standard output cannot be written to: ", std::strerror(why));
  if (why == EPIPE) throw talweg::file::BrokenPipe(message);
  throw talweg::Error(message);
}

/// The same, or into the file `path` (beside and renamed); "-" and "" mean standard output.
inline void put_data(std::string_view bytes, const std::string& path) {
  if (!path.empty() && path != "-")
    talweg::file::write(path, bytes);
  else
    put_data(bytes);
}

/// Text for people on standard output, at once. Names and cells of files stand in it: what would steer a terminal is
/// written out (in JSON as its own escapes).
inline void put_text(std::string_view text) { put_data(talweg::text::visible(text, "\n\t")); }

/// Prints a finished document, or writes it to `path` (beside and renamed); "-" and "" mean standard output. Written
/// out as by `put_text`.
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
    if (file_) file_->commit();
  }

 private:
  void flush() {
    if (file_)
      file_->append(waiting_);
    else
      put_data(waiting_);
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

/// Things to write of which none must cost the others: with `go_on`, what fails is kept, no more is written there, and
/// the failure is told when everything else is safe.
class Attempt {
 public:
  explicit Attempt(bool go_on) : go_on_(go_on) {}
  template <class Write> void operator()(Write&& write) {
    if (failure_) return;
    try {
      write();
    } catch (const talweg::Error&) {
      if (!go_on_) throw;
      failure_ = std::current_exception();
    }
  }
  void tell() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  bool go_on_;
  std::exception_ptr failure_;
};
