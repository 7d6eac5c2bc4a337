#include "subject.hpp"

#include "options.hpp"

namespace subject {

void add_options(CLI::App& command, Arguments& a) {
  command.add_option("what", a.what, "a formula, such as \"x^2 + 10*y^2\", or a data file");
  command.add_option("--problem", a.problem, "a test problem by its name (talweg list problems)")->option_text("NAME");
  command.add_option("--start", a.start, "of a formula, for every variable: x=-1.2,y=1")->option_text("x=...,y=...");
  command.add_option("--bounds", a.bounds, "keep variables in ranges: x=0:2,y=-inf:1")->option_text("x=A:B,...");
  command.add_option("--subject-to", a.constraints, "a constraint with <=, >= or =; may be repeated")
      ->option_text("CONSTRAINT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("--jitter", a.jitter,
                  "how far each seed moves the coordinates of the start, as a share of their size (0.1); 0: not at all")
      ->option_text("S");
  command.add_option("--target", a.target, "of a file: the column to predict")->option_text("COLUMN");
  command
      .add_option("--model", a.model, "linear, logistic, softmax or mlp:SIZES (the linear model that suits the target)")
      ->option_text("SPEC");
  command.add_option("--loss", a.loss, "what is minimised; by default what suits the target")->option_text("NAME");
  command.add_option("--batch-size", a.batch_size, "rows in a step of first-order methods, or all (32)")
      ->option_text("N|all");
  const auto on = command.add_flag("--standardize", a.standardize,
                                   "numbers to mean 0, deviation 1 (default: when scales differ much)");
  command.add_flag("--no-standardize", a.no_standardize, "numbers as they are")->excludes(on);
  command.add_option("--ignore", a.ignore, "a column that is no input; may be repeated")
      ->option_text("COLUMN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

talweg::api::SubjectRequest request_from(const Arguments& a) {
  talweg::api::SubjectRequest r;
  r.what = a.what;
  r.problem = a.problem;
  r.start = a.start;
  r.bounds = a.bounds;
  r.constraints = a.constraints;
  r.jitter = options::number("--jitter", a.jitter, {.low = 0, .high = 1, .words = "a number from 0 to 1"});
  r.target = a.target;
  r.model = a.model;
  r.loss = a.loss;
  r.ignore = a.ignore;
  if (a.standardize) r.standardize = true;
  if (a.no_standardize) r.standardize = false;
  r.batch_size = a.batch_size;
  return r;
}

}  // namespace subject
