#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/compare/data_course.hpp"
#include "talweg/compare/function_course.hpp"

namespace talweg::api {

/// What is to be compared or advised on, as a user names it: a formula with a start, a test problem, or a file.
struct SubjectRequest {
  std::string what = {};     ///< the formula or the file; empty with `problem`
  std::string problem = {};  ///< the name of a test problem
  std::string start = {}, bounds = {};
  std::vector<std::string> constraints = {};
  std::optional<double> jitter = {};
  std::string target = {}, model = {}, loss = {};  ///< of a file; the model is by default what suits the target
  std::vector<std::string> ignore = {};
  std::optional<bool> standardize = {};
  std::string batch_size = {};
};

/// The same, read, checked, and ready to be run.
struct Subject {
  enum class Kind { formula, problem, data };
  Kind kind = Kind::formula;
  std::string name;  ///< the formula, the name of the problem, or the file
  std::unique_ptr<compare::FunctionCourse> function;
  std::unique_ptr<compare::DataCourse> data;
  std::vector<std::string> variables;    ///< of a function; x1, x2, … of a test problem
  std::vector<std::string> constraints;  ///< of a formula, as written
  std::string target, task;              ///< of data: the column, and "regression", "two classes" or "10 classes"
  std::size_t columns = 0;               ///< of data: features, before texts become several inputs
  std::vector<std::string> notes;        ///< what was decided about the columns

  const compare::Course& course() const {
    if (function) return *function;
    return *data;
  }
};

/// Throws Error for anything wrong in the request, and for options that would have no effect.
Subject read_subject(const SubjectRequest& request);

}  // namespace talweg::api
