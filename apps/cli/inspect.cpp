#include "talweg/api/use/inspect.hpp"

#include <memory>

#include "command.hpp"
#include "options.hpp"
#include "output.hpp"

namespace {

struct Arguments {
  std::string model, top, format = "table", output;
};

int run(const Arguments& a) {
  if (a.model.empty()) throw talweg::Error("a model file is needed: talweg inspect digits.talweg");
  const std::int64_t top = options::count("--top", a.top, 1).value_or(20);
  put_document(talweg::api::inspection(talweg::api::inspect(a.model, top), a.format), a.output);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg inspect clicks.talweg --top 50
  talweg inspect digits.talweg --format json

Says what a model file holds and what made it. Models without hidden layer list their largest coefficients by name, in
the units of the file whatever was scaled for training (beside them, where columns were standardised, `scaled`: for one
standard deviation of the column), networks their layers.)";

}  // namespace

Runner add_inspect(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  command.add_option("model", a->model, "a model file written by talweg train --save");
  command.add_option("--top", a->top, "how many coefficients (20)")->option_text("N");
  command.add_option("--format", a->format, "table, json, csv, markdown or latex (table)")->option_text("F");
  command.add_option("--output", a->output, "write to this file, all of it or nothing")->option_text("FILE");
  command.footer(examples);
  return [a] { return run(*a); };
}
