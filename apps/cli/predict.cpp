#include <memory>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/api/use/request.hpp"

namespace {

struct Asked {
  talweg::api::PredictRequest request;
  Documents documents;
};

/// The best items for users.
talweg::api::PredictReport recommend(const talweg::train::SavedFactorization& model,
                                     const talweg::api::PredictRequest& r) {
  if (!r.columns.empty()) throw talweg::Error("--columns has no effect with --top, which reads a list of users");
  if (r.proba) throw talweg::Error("--proba has no effect with --top: ratings have no probabilities");
  if (!r.user.empty() && !r.file.empty()) throw talweg::Error("name one user with --user or a file of users, not both");
  return talweg::api::recommend(model, {static_cast<std::size_t>(r.top.value_or(10)), r.user, r.file});
}

int run(const Asked& a) {
  const talweg::api::PredictRequest& r = a.request;
  const bool recommends = r.top || !r.user.empty();
  if (r.model.empty() || (r.file.empty() && !recommends))
    throw talweg::Error("a model file and a data file are needed: talweg predict digits.talweg rows.csv");
  const auto model = talweg::train::load_model(r.model);
  const auto* ratings = dynamic_cast<const talweg::train::SavedFactorization*>(model.get());
  if (!ratings && (recommends || !r.columns.empty()))
    throw talweg::Error(talweg::text::cat(recommends ? "--top and --user are" : "--columns is",
                                          " for factorisations: no effect on the model of ", r.model));
  talweg::file::Writer sink(a.documents.on_stdout() ? "-" : a.documents.output);
  const auto write = [&](std::string_view piece) { sink.append(piece); };
  const auto report =
      recommends
          ? recommend(*ratings, r)
          : talweg::api::predict(
                *model, {.file = r.file, .columns = r.columns, .threads = r.threads, .probabilities = r.proba}, write);
  sink.append(report.csv);
  sink.commit();
  for (const auto& note : report.notes) put_warning(note);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg predict digits.talweg rows.csv --output predictions.csv
  talweg predict ratings.talweg pairs.tsv
  talweg predict ratings.talweg --top 10 --user 42

Writes CSV with the column prediction and, for classes, p_<class> for each, behind the columns of --id and --keep as they
stand in the file. Columns are found by name, the target's column and unknown columns are ignored. Of a factorisation
(train --model mf:16): a prediction for each pair of user and item, or with --top the best items
(user,rank,item,prediction) for one user, a file of users, or all of them.)";

}  // namespace

Command predict_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, talweg::api::PredictRequest::options());
  add_options(command.options, a->documents,
              document_options({.output = "write the CSV here; standard output otherwise"}));
  command.run = [a] { return run(*a); };
  return command;
}
