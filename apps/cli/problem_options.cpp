#include "problem_options.hpp"

#include "options.hpp"

void add_problem_options(CLI::App& command, ProblemArguments& a, const char* iterations) {
  command.add_option("--start", a.start, "where to begin, for every variable: x=-1.2,y=1")->option_text("x=...,y=...");
  command.add_option("--optimizer", a.optimizer, "the method: name[:variant][,key=value]...")->option_text("SPEC");
  command.add_option("--iterations", a.iterations, iterations)->option_text("N");
  command
      .add_option("--tolerance", a.tolerance,
                  "converged when f can fall by T^2 of its fall so far, in any units (1e-8); 0: make all iterations")
      ->option_text("T");
  command.add_option("--gradient-tolerance", a.gradient_tolerance, "converged when max|gradient| <= G, in your units")
      ->option_text("G");
  command.add_option("--bounds", a.bounds, "keep variables in ranges: x=0:2,y=-inf:1")->option_text("x=A:B,...");
  command.add_option("--subject-to", a.constraints, "a constraint with <=, >= or =; may be repeated")
      ->option_text("CONSTRAINT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_flag("--maximize", a.maximize, "go uphill: the largest value is wanted");
  command.add_option("--schedule", a.schedule, "how the learning rate changes: cosine,warmup=10")->option_text("SPEC");
  command.add_option("--clip", a.clip, "limit the gradient: norm=1, global=1 or value=0.5")->option_text("KIND=LIMIT");
  command.add_option("--group", a.groups, "settings for one variable: 'x:learning_rate=0.1'; may be repeated")
      ->option_text("PATTERN:KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

talweg::api::MinimizeRequest problem_request(const ProblemArguments& a, std::string_view formula) {
  talweg::api::MinimizeRequest request;
  request.formula = talweg::text::trim(formula);
  if (!a.start.empty()) request.start = talweg::api::parse_start(a.start);
  if (!a.bounds.empty()) request.bounds = talweg::api::parse_bounds(a.bounds);
  request.constraints = a.constraints;
  request.method = {.optimizer = a.optimizer, .schedule = a.schedule, .clip = a.clip, .groups = a.groups};
  request.options.maximize = a.maximize;
  request.options.max_iterations = options::count("--iterations", a.iterations, 0);
  if (const auto v = options::number("--tolerance", a.tolerance,
                                     {.low = 0, .high = 1, .high_open = true, .words = "a number from 0 to below 1"}))
    request.options.tolerance = *v;
  request.options.gradient_tolerance =
      options::number("--gradient-tolerance", a.gradient_tolerance, {.low = 0, .words = "a number of 0 or more"});
  return request;
}
