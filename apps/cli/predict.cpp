#include <memory>

#include "command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/use/predict.hpp"

namespace {

struct Arguments {
  std::string model, file, output, columns, top, user, threads;
};

/// The best items for users.
talweg::api::PredictReport recommend(const talweg::train::SavedFactorization& model, const Arguments& a) {
  if (!a.columns.empty()) throw talweg::Error("--columns has no effect with --top, which reads a list of users");
  if (!a.user.empty() && !a.file.empty()) throw talweg::Error("name one user with --user or a file of users, not both");
  const auto count = static_cast<std::size_t>(options::count("--top", a.top, 1).value_or(10));
  return talweg::api::recommend(model, {count, a.user, a.file});
}

int run(const Arguments& a) {
  const bool recommends = !a.top.empty() || !a.user.empty();
  if (a.model.empty() || (a.file.empty() && !recommends))
    throw talweg::Error("a model file and a data file are needed: talweg predict digits.talweg rows.csv");
  const int threads = static_cast<int>(options::count("--threads", a.threads, 1).value_or(2));
  const auto model = talweg::train::load_model(a.model);
  const auto* ratings = dynamic_cast<const talweg::train::SavedFactorization*>(model.get());
  if (!ratings && (recommends || !a.columns.empty()))
    throw talweg::Error(talweg::text::cat(recommends ? "--top and --user are" : "--columns is",
                                          " for factorisations: no effect on the model of ", a.model));
  talweg::file::Writer sink(a.output.empty() ? "-" : a.output);
  const auto write = [&](std::string_view piece) { sink.append(piece); };
  const auto report =
      recommends ? recommend(*ratings, a)
                 : talweg::api::predict(*model, {.file = a.file, .columns = a.columns, .threads = threads}, write);
  sink.append(report.csv);
  sink.commit();
  for (const auto& note : report.notes) put_warning(note);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg predict digits.talweg rows.csv --output predictions.csv
  talweg predict ratings.talweg pairs.tsv
  talweg predict ratings.talweg --top 10 --user 42

Writes CSV with the column prediction and, for classes, p_<class> for each. Columns are found by name, the target's
column and unknown columns are ignored. Of a factorisation (train --model mf:16): a prediction for each pair of user and
item, or with --top the best items (user,rank,item,prediction) for one user, a file of users, or all of them.)";

}  // namespace

Runner add_predict(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  command.add_option("model", a->model, "a model file written by talweg train --save");
  command.add_option("file", a->file, "the rows");
  command.add_option("--top", a->top, "of a factorisation: the N best items for each user")->option_text("N");
  command.add_option("--user", a->user, "of a factorisation: for this user only")->option_text("ID");
  command.add_option("--columns", a->columns, "of a factorisation: where user and item stand")
      ->option_text("USER,ITEM");
  command.add_option("--output", a->output, "write the CSV here; standard output otherwise")->option_text("FILE");
  command.add_option("--threads", a->threads, "rows of a streamed model: 1, or 2 to read ahead (2)")->option_text("N");
  command.footer(examples);
  return [a] { return run(*a); };
}
