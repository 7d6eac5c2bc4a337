#include "talweg/api/race/subject.hpp"

#include <filesystem>
#include <numeric>

#include "talweg/api/batch_size.hpp"
#include "talweg/api/minimize/problem.hpp"
#include "talweg/api/train/training_table.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg::api {

namespace {

using text::cat;

struct Given {
  const char* name;
  bool given;
};

/// Options of another kind of subject would have no effect.
void refuse(const char* kind, std::initializer_list<Given> options) {
  for (const Given& o : options)
    if (o.given) throw Error(o.name, cat(text::option(o.name), " has no effect on ", kind, ": leave it out"));
}

void refuse_model_options(const char* kind, const SubjectRequest& r) {
  refuse(kind, {{"target", !r.target.empty()},
                {"model", !r.model.empty()},
                {"loss", !r.loss.empty()},
                {"ignore", !r.ignore.empty()},
                {"standardize", r.standardize.has_value()}});
}

/// Of a formula, its rows may have dates; what a column is to a model does not matter.
void refuse_reading(const char* kind, const SubjectRequest& r) {
  if (r.rows.empty())
    r.rows.reading.refuse_except({}, kind);
  else
    r.rows.reading.refuse_except({"delimiter", "header", "skip", "decimal", "thousands", "missing", "date"}, kind);
}

void refuse_data_options(const char* kind, const SubjectRequest& r) {
  refuse_model_options(kind, r);
  refuse(kind, {{"batch_size", !r.batch_size.empty()}});
}

/// In steps of the rows that are asked for.
void race_in_batches(const SubjectRequest& r, const std::shared_ptr<const Problem>& problem, compare::FunctionTask task,
                     Subject& s) {
  const formula::DataFormula& f = *problem->over_rows();
  const auto batch = static_cast<std::size_t>(read_batch_size(r.batch_size, static_cast<std::int64_t>(f.rows())));
  if (batch > f.rows())
    throw Error("batch_size", cat(text::option("batch_size", batch), " is more than the ", f.rows(), " rows of ",
                                  problem->table()->origin, ": give at most that, or all"));
  if (!r.constraints.empty())
    throw Error("subject_to", cat(text::option("subject_to"), " and ", text::option("batch_size", r.batch_size),
                                  ": methods for constraints take all rows; leave one of them out"));
  const auto terms = [problem, rows = f.rows()] {
    const auto mean = [f = *problem->over_rows(), rows](std::span<const double> x, std::span<const std::uint32_t> which,
                                                        std::span<double> g) mutable {
      return f.evaluate(x, which.size() == rows ? std::span<const std::uint32_t>() : which, g);
    };
    return Separable{.count = rows, .mean = mean, .gives_values = true};
  };
  auto course = std::make_unique<compare::RowsCourse>(
      compare::RowsTask{.whole = std::move(task), .terms = terms, .rows = f.rows(), .batch = batch});
  s.batches = course.get();
  s.function = std::move(course);
}

Subject read_problem(const SubjectRequest& r) {
  if (!r.what.empty())
    throw Error(
        cat("'", r.what, "' and ", text::option("problem", r.problem), " are both given: race over one of them"));
  refuse_data_options("a test problem", r);
  refuse_reading("a test problem", r);
  refuse("a test problem, which has its own", {{"start", !r.start.empty()},
                                               {"bounds", !r.bounds.empty()},
                                               {"subject_to", !r.constraints.empty()},
                                               {"data", !r.rows.empty()}});
  const problems::Problem p = problems::by_name(r.problem);
  compare::FunctionTask task;
  task.function = [f = p.function] { return f; };
  task.start = p.start;
  task.bounds = p.bounds;
  if (!p.constraints.empty()) task.constraints = [c = p.constraints] { return c; };
  task.jitter = r.jitter.value_or(task.jitter);
  if (!p.optima.empty()) task.optimum = p.optima.front();
  Subject s;
  s.kind = Subject::Kind::problem;
  s.name = p.name;
  for (std::size_t i = 0; i < p.n(); ++i) s.variables.push_back(cat("x", i + 1));
  task.names = s.variables;
  s.function = std::make_unique<compare::FunctionCourse>(std::move(task));
  return s;
}

Subject read_formula(const SubjectRequest& r) {
  refuse_reading(r.rows.empty() ? "a formula without rows" : "a formula over rows", r);
  if (r.rows.empty())
    refuse_data_options("a formula", r);
  else
    refuse_model_options("a formula over rows", r);
  MinimizeRequest m;
  m.formula = text::trim(r.what);
  if (!r.start.empty()) m.start = parse_start(r.start);
  if (!r.bounds.empty()) m.bounds = parse_bounds(r.bounds);
  m.constraints = r.constraints;
  m.data = r.rows;
  const auto problem = std::make_shared<const Problem>(m);
  Subject s;
  s.name = m.formula;
  s.variables = problem->variables();
  s.constraints = r.constraints;
  compare::FunctionTask task;
  task.function = [problem] { return problem->function(); };
  task.bounds = bounds_of(m, s.variables);
  if (!r.constraints.empty()) {
    std::vector<formula::Constraint> parsed;
    for (const auto& c : r.constraints) parsed.push_back(formula::parse_constraint(c, s.variables));
    task.constraints = [parsed] {
      std::vector<Constraint> out;
      for (const auto& c : parsed) out.push_back(formula::as_constraint(c));
      return out;
    };
  }
  task.start = problem->start();
  for (std::size_t i = 0; i < task.start.size() && !task.bounds.empty(); ++i)
    if (!(task.bounds.lower[i] <= task.bounds.upper[i]))
      throw Error(cat("bounds of ", s.variables[i], ": lower ", task.bounds.lower[i], " is above upper ",
                      task.bounds.upper[i], "; swap them"));
  task.names = s.variables;
  task.jitter = r.jitter.value_or(task.jitter);
  if (!r.batch_size.empty())
    race_in_batches(r, problem, std::move(task), s);
  else
    s.function = std::make_unique<compare::FunctionCourse>(std::move(task));
  return s;
}

std::size_t batch_of(const std::string& given, std::size_t rows) {
  return given.empty() ? 32 : static_cast<std::size_t>(read_batch_size(given, static_cast<std::int64_t>(rows)));
}

std::string task_text(const data::Target& target) {
  switch (target.task) {
    case data::Task::regression:
      return "regression";
    case data::Task::binary:
      return "2 classes";
    case data::Task::classes:
      break;
  }
  return cat(target.classes.size(), " classes");
}

/// The linear model of the task: where its best is unique, and quickly found.
std::string default_model(const data::Table& table, const std::string& column, const std::string& loss) {
  const auto wanted = models::wanted_target(models::ModelSpec::parse("mlp:1"), loss);
  const data::Task task = data::understand_target(table, column, wanted).task;
  return task == data::Task::regression ? "linear" : task == data::Task::binary ? "logistic" : "softmax";
}

Subject read_data(const SubjectRequest& r) {
  refuse("a file", {{"data", !r.rows.empty()},
                    {"start", !r.start.empty()},
                    {"bounds", !r.bounds.empty()},
                    {"subject_to", !r.constraints.empty()},
                    {"jitter", r.jitter.has_value()}});
  Subject s;
  s.kind = Subject::Kind::data;
  s.name = r.what;
  s.target = r.target;
  const data::Table table = read_training_table({r.what, r.rows.reading}, s.target);
  compare::DataTask task;
  task.spec = models::ModelSpec::parse(r.model.empty() ? default_model(table, s.target, r.loss) : r.model);
  task.spec.resolve(table.rows);
  const data::Target target = data::understand_target(table, s.target, models::wanted_target(task.spec, r.loss));
  const std::string loss(nn::name(nn::loss(r.loss.empty() ? models::default_loss(target.task) : r.loss)));
  std::vector<std::uint32_t> rows(table.rows);
  std::iota(rows.begin(), rows.end(), 0u);
  const auto standardize = !r.standardize   ? data::Standardize::automatic
                           : *r.standardize ? data::Standardize::on
                                            : data::Standardize::off;
  const auto preprocess = data::Preprocess::fit(table, target, rows, {standardize, r.ignore, r.rows.reading});
  s.columns = preprocess.features.size();
  s.notes = preprocess.notes;
  s.task = task_text(target);

  train::Examples<double>& e = task.rows;
  e.rows = table.rows;
  e.inputs = preprocess.inputs();
  e.x.resize(e.rows * e.inputs);
  (void)preprocess.encode(table, rows, std::span<double>(e.x));
  e.truth = data::target_values(table, target);
  task.head = models::Head::fit(target.task, loss, target.classes.size(), e.truth);
  e.targets = models::encode_targets<double>(task.head, e.truth);
  task.batch = std::min(batch_of(r.batch_size, e.rows), e.rows);
  s.data = std::make_unique<compare::DataCourse>(std::move(task));
  return s;
}

}  // namespace

Subject read_subject(const SubjectRequest& request) {
  if (!request.problem.empty()) return read_problem(request);
  if (request.what.empty())
    throw Error(text::cat("what to run on is missing: a formula with ", text::option("start"), ", ",
                          text::option("problem", "NAME"), ", or a file with ", text::option("target")));
  std::error_code ignored;
  const bool file = std::filesystem::exists(request.what, ignored);
  const bool data = !request.target.empty() || !request.model.empty();
  if (request.start.empty() && (file || data)) return read_data(request);
  return read_formula(request);
}

}  // namespace talweg::api
