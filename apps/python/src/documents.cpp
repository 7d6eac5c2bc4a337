#include "documents.hpp"

#include <memory>

#include "options.hpp"
#include "rows.hpp"
#include "talweg/api/explain/explain.hpp"
#include "talweg/api/fit/fit.hpp"
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/api/race/advise.hpp"
#include "talweg/api/race/compare.hpp"
#include "talweg/api/race/suite.hpp"
#include "talweg/api/run_file.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/explain/explain_report.hpp"
#include "talweg/present/fit/fit_page.hpp"
#include "talweg/present/fit/fit_picture.hpp"
#include "talweg/present/fit/fit_report.hpp"
#include "talweg/present/minimize/minimize_page.hpp"
#include "talweg/present/minimize/minimize_picture.hpp"
#include "talweg/present/minimize/minimize_report.hpp"
#include "talweg/present/race/advise_report.hpp"
#include "talweg/present/race/compare_page.hpp"
#include "talweg/present/race/compare_picture.hpp"
#include "talweg/present/race/compare_report.hpp"
#include "talweg/present/race/suite_page.hpp"
#include "talweg/present/race/suite_report.hpp"
#include "talweg/version.hpp"

/// Requests whose outcomes are documents: traces, explanations, races, advice, scores.
namespace talweg::python {

present::Reproduction from_python(std::string_view command, const std::vector<BoundOption>& options) {
  return {"talweg run FILE.json", std::string(version()), std::nullopt, api::run_text(command, options, "")};
}

void refuse_form(const std::string& form, const char* forms) {
  throw Error("form", text::cat("'", form, "' is no form of this document; the forms are ", forms));
}

present::PictureOptions picture_options(const py::dict& options) {
  present::PictureOptions picture;
  std::vector<BoundOption> known;
  add_options(known, picture, present::PictureOptions::options());
  set_options(options, known);
  return picture;
}

std::string Document::write(const std::string& form, const py::dict& options) const {
  const present::PictureOptions picture = picture_options(options);
  if (!picture.empty() && form != "svg" && form != "html" && form != "dot")
    throw Error(picture.ranges.empty() ? "title" : "plot_range",
                text::cat("title and plot_range have no effect on the form '", form, "', which has no picture"));
  const py::gil_scoped_release others;
  return written(form, picture);
}

namespace {

using present::PictureOptions;

Document traced(const py::dict& options, const py::object& rows) {
  auto request = std::make_shared<api::MinimizeRequest>();
  std::vector<BoundOption> known;
  add_options(known, *request, api::MinimizeRequest::problem_options());
  add_options(known, *request, api::MinimizeRequest::run_options());
  set_options(options, known);
  if (!rows.is_none()) request->data = input_of(rows);
  request->trace = request->record = true;
  const present::Reproduction again = from_python("minimize", known);
  const py::gil_scoped_release others;
  const auto outcome = std::make_shared<const api::MinimizeOutcome>(api::minimize(*request));
  return {[request, outcome, again](const std::string& form, const PictureOptions& picture) {
    if (form == "svg") return report::plot::svg(present::picture(*request, *outcome, picture));
    if (form == "html") return report::html::document(present::minimize_page(*request, *outcome, again, picture));
    return present::render(*outcome, present::parse_format(form));
  }};
}

Document fitted(const py::object& rows, const py::dict& options) {
  api::FitRequest request;
  std::vector<BoundOption> known;
  add_options(known, request, api::FitRequest::options_of());
  set_options(options, known);
  request.file.set_rows(input_of(rows));
  const present::Reproduction again = from_python("fit", known);
  const py::gil_scoped_release others;
  const auto outcome = std::make_shared<const api::FitOutcome>(api::fit(request));
  return {[request, outcome, again](const std::string& form, const PictureOptions& picture) {
    if (form == "svg") return report::plot::svg(present::picture(*outcome, picture));
    if (form == "html") return report::html::document(present::fit_page(request, *outcome, again, picture));
    return present::render(*outcome, present::parse_format(form));
  }};
}

Document explained(const py::dict& options, const py::object& rows) {
  api::ExplainRequest request;
  std::vector<BoundOption> known;
  add_options(known, request, api::ExplainRequest::options());
  add_options(known, request.problem, api::MinimizeRequest::problem_options());
  set_options(options, known);
  if (!rows.is_none()) request.problem.data.set_rows(input_of(rows));
  const auto make = [request](const std::string& form, const PictureOptions& picture) {
    const present::ExplainFormat format = present::parse_explain_format(form);
    const auto as = present::is_graph(format) ? api::ExplainAs::graph : api::ExplainAs::document;
    present::check_axes(picture, std::vector<std::string>());  // a graph has none
    return present::render(api::explain(request, as), format, picture.title);
  };
  const py::gil_scoped_release others;
  make("text", {});  // so that what is wrong is told now
  return {make};
}

Document compared(const py::dict& options, const py::object& rows) {
  api::CompareRequest request;
  std::vector<BoundOption> known;
  add_options(known, request, api::CompareRequest::options());
  set_options(options, known);
  if (!rows.is_none()) request.subject.rows.set_rows(input_of(rows));
  request.paths = true;
  const present::Reproduction again = from_python("compare", known);
  const py::gil_scoped_release others;
  const auto outcome = std::make_shared<const api::CompareOutcome>(api::compare(request));
  return {[outcome, again](const std::string& form, const PictureOptions& picture) {
    if (form == "svg") return report::plot::svg(present::picture(*outcome, picture));
    if (form == "html") return report::html::document(present::compare_page(*outcome, again, picture));
    return present::render(*outcome, present::parse_format(form));
  }};
}

Document advised(const py::dict& options) {
  api::AdviseRequest request;
  std::vector<BoundOption> known;
  add_options(known, request, api::AdviseRequest::options());
  set_options(options, known);
  const py::gil_scoped_release others;
  const auto outcome = std::make_shared<const api::AdviseOutcome>(api::advise(request));
  return {[outcome](const std::string& form, const PictureOptions&) {
    if (form == "table") return present::advice_text(*outcome);
    if (form == "json") return present::advice_json(*outcome);
    refuse_form(form, "table and json");
  }};
}

Document scored(const py::dict& options) {
  api::SuiteRequest request;
  std::vector<BoundOption> known;
  add_options(known, request, api::SuiteRequest::options());
  set_options(options, known);
  const present::Reproduction again = from_python("suite", known);
  const py::gil_scoped_release others;
  const auto outcome = std::make_shared<const api::SuiteOutcome>(api::run_suite(request));
  return {[outcome, again](const std::string& form, const PictureOptions& picture) {
    if (!picture.empty()) throw Error("title", "title and plot_range have no effect on the page of the collection");
    if (form == "html") return report::html::document(present::suite_page(*outcome, again));
    if (form == "svg") refuse_form(form, "table, json, csv, markdown, latex and html");
    return present::render(*outcome, present::parse_format(form), true);
  }};
}

}  // namespace

void add_documents(py::module_& module) {
  py::class_<Document>(module, "Document")
      .def("write", &Document::write, py::arg("form"), py::arg("options") = py::dict());
  module.def("traced", &traced);
  module.def("fitted", &fitted);
  module.def("explained", &explained);
  module.def("compared", &compared);
  module.def("advised", &advised);
  module.def("scored", &scored);
}

}  // namespace talweg::python
