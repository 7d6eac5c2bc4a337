#pragma once
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

#include "talweg/api/common.hpp"
#include "talweg/api/report_page.hpp"

/// Text for people or programs on standard output, at once.
inline void put_text(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (std::fflush(stdout) == 0 && written) return;
  const int why = errno;
  std::clearerr(stdout);
  const std::string message = talweg::text::cat("standard output cannot be written to: ", std::strerror(why));
  if (why == EPIPE) throw talweg::file::BrokenPipe(message);
  throw talweg::Error(message);
}

/// Prints a finished document, or writes it to `path` (beside and renamed); "-" and "" mean standard output.
inline void put_document(const std::string& document, const std::string& path) {
  if (!path.empty() && path != "-")
    talweg::file::write(path, document);
  else
    put_text(document);
}

inline void put_page(const talweg::report::html::Page& page, const std::string& path) {
  talweg::file::write(path, talweg::report::html::document(page));
}

inline void put_warning(const std::string& warning) { std::fprintf(stderr, "talweg: warning: %s\n", warning.c_str()); }

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
