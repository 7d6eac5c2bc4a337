#pragma once
#include <cstdio>
#include <string>

#include "talweg/api/common.hpp"
#include "talweg/api/report_page.hpp"

/// Prints a finished document, or writes it to `path` (beside and renamed); "-" and "" mean standard output.
inline void put_document(const std::string& document, const std::string& path) {
  if (!path.empty() && path != "-") {
    talweg::file::write(path, document);
    return;
  }
  const bool written = std::fwrite(document.data(), 1, document.size(), stdout) == document.size();
  if (std::fflush(stdout) != 0 || !written) throw talweg::Error("standard output cannot be written to");
}

inline void put_page(const talweg::report::html::Page& page, const std::string& path) {
  talweg::file::write(path, talweg::report::html::document(page));
}

inline void put_warning(const std::string& warning) { std::fprintf(stderr, "talweg: warning: %s\n", warning.c_str()); }
