#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "module.hpp"
#include "talweg/base/option.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::python {

/// What came of a request, in any form that the command has for it: table, json, csv, markdown, latex; svg; html.
struct Document {
  std::function<std::string(const std::string& form, const present::PictureOptions&)> written;
  /// `options`: title and plot_range, of forms with pictures.
  std::string write(const std::string& form, const py::dict& options) const;
};

/// `title` and `plot_range` as texts.
present::PictureOptions picture_options(const py::dict& options);

/// How a page says that its run is made again: by a run file, which it holds.
present::Reproduction from_python(std::string_view command, const std::vector<BoundOption>& options);

[[noreturn]] void refuse_form(const std::string& form, const char* forms);

}  // namespace talweg::python
