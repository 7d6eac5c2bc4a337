#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/api/input_option.hpp"
#include "talweg/api/reading_options.hpp"
#include "talweg/base/option.hpp"
#include "talweg/compare/data_course.hpp"
#include "talweg/compare/function_course.hpp"
#include "talweg/compare/rows_course.hpp"

namespace talweg::api {

/// What is to be compared or advised on, as a user names it: a formula with a start, a test problem, or a file.
struct SubjectRequest {
  std::string what = {};     ///< the formula or the file; empty with `problem`
  std::string problem = {};  ///< the name of a test problem
  std::string start = {}, bounds = {};
  std::vector<std::string> constraints = {};
  data::Input rows = {};  ///< that a formula is over; its reading is that of a file too
  std::optional<double> jitter = {};
  std::string target = {}, model = {}, loss = {};  ///< of a file; the model is by default what suits the target
  std::vector<std::string> ignore = {};
  std::optional<bool> standardize = {};
  std::string batch_size = {};

  /// What says which function or data, for requests that hold a SubjectRequest as their `subject`.
  template <class R> static std::vector<Option<R>> options();

 private:
  template <class R> static Option<R> rows_option();
};

template <class R> Option<R> SubjectRequest::rows_option() {
  return {{.name = "data",
           .takes = "FILE",
           .help = "rows that a formula is over: names of columns, mean(…) and sum(…)",
           .group = "Function",
           .path = PathRole::input,
           .path_words = "the data",
           .decides = false},
          OptionKind::text,
          [](R& r, const OptionInfo&, const std::vector<std::string>& given) {
            r.subject.rows.set_rows(given.empty() ? data::Input() : data::Input(given[0]));
          },
          [](const R& r) {
            const std::string text = detail::text_of(r.subject.rows);
            return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
          }};
}

template <class R> std::vector<Option<R>> SubjectRequest::options() {
  constexpr std::string_view function = "Function", data = "Data";
  using O = Option<R>;
  using S = SubjectRequest;
  std::vector<O> all{
      O::template of<&R::subject, &S::what>({.name = "what",
                                             .help = "a formula, such as \"x^2 + 10*y^2\", or a data file",
                                             .path = PathRole::input_or_text,
                                             .path_words = "the input",
                                             .argument = true}),
      O::template of<&R::subject, &S::problem>({.name = "problem",
                                                .takes = "NAME",
                                                .help = "a test problem by its name (talweg list problems)",
                                                .group = function}),
      O::template of<&R::subject, &S::start>({.name = "start",
                                              .takes = "x=...,y=...",
                                              .help = "of a formula, for every variable: x=-1.2,y=1",
                                              .group = function}),
      O::template of<&R::subject, &S::bounds>({.name = "bounds",
                                               .takes = "x=A:B,...",
                                               .help = "keep variables in ranges: x=0:2,y=-inf:1",
                                               .group = function}),
      O::template of<&R::subject, &S::constraints>({.name = "subject_to",
                                                    .takes = "CONSTRAINT",
                                                    .help = "a constraint with <=, >= or =; may be repeated",
                                                    .group = function}),
      rows_option<R>(),
      O::template of<&R::subject, &S::jitter>({.name = "jitter",
                                               .takes = "S",
                                               .help = "how far each seed moves the coordinates of the start, as a "
                                                       "share of their size (0.1); 0: not at all",
                                               .group = function,
                                               .low = 0,
                                               .high = 1,
                                               .range = "a number from 0 to 1"}),
      O::template of<&R::subject, &S::target>({.name = "target",
                                               .takes = "COLUMN",
                                               .help = "of a file: the column to predict",
                                               .group = data,
                                               .path = PathRole::labels,
                                               .path_words = "the labels"}),
      O::template of<&R::subject, &S::model>(
          {.name = "model",
           .takes = "SPEC",
           .help = "linear, logistic, softmax or mlp:SIZES (the linear model that suits the target)",
           .group = data}),
      O::template of<&R::subject, &S::loss>({.name = "loss",
                                             .takes = "NAME",
                                             .help = "what is minimised; by default what suits the target",
                                             .group = data}),
      O::template of<&R::subject, &S::batch_size>(
          {.name = "batch_size",
           .takes = "N|all",
           .help = "rows in a step of first-order methods, or all (32; of a formula over rows: all)",
           .group = data}),
      O::template of<&R::subject, &S::standardize>(
          {.name = "standardize",
           .help = "numbers to mean 0, deviation 1 (default: when scales differ much)",
           .denied = "numbers as they are",
           .group = data}),
      O::template of<&R::subject, &S::ignore>(
          {.name = "ignore", .takes = "COLUMN", .help = "a column that is no input; may be repeated", .group = data})};
  add_reading_options<R, &R::subject, &S::rows, &data::Input::reading>(all, RowsFor::training);
  return all;
}

/// The same, read, checked, and ready to be run.
struct Subject {
  enum class Kind { formula, problem, data };
  Kind kind = Kind::formula;
  std::string name;  ///< the formula, the name of the problem, or the file
  std::unique_ptr<compare::FunctionCourse> function;
  std::unique_ptr<compare::DataCourse> data;
  const compare::RowsCourse* batches = nullptr;  ///< `function` where it is over rows, in steps that take some
  std::vector<std::string> variables;            ///< of a function; x1, x2, … of a test problem
  std::vector<std::string> constraints;          ///< of a formula, as written
  std::string target, task;        ///< of data: the column, and "regression", "two classes" or "10 classes"
  std::size_t columns = 0;         ///< of data: features, before texts become several inputs
  std::vector<std::string> notes;  ///< what was decided about the columns

  const compare::Course& course() const {
    if (function) return *function;
    return *data;
  }
};

/// Throws Error for anything wrong in the request, and for options that would have no effect.
Subject read_subject(const SubjectRequest& request);

}  // namespace talweg::api
