#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "talweg/api/train/factorization.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/saved_model.hpp"
#include "talweg/report/table.hpp"
#include "talweg/train/factorization/fit.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::api {

namespace {

std::string number(const train::SavedFactorization& m, double value) {
  return m.precision == train::Precision::float32 ? text::number(static_cast<float>(value)) : text::number(value);
}

}  // namespace

PredictReport recommend(const train::SavedFactorization& model, const RecommendRequest& request) {
  const std::vector<std::string> wanted = !request.user.empty()   ? std::vector<std::string>{request.user}
                                          : !request.file.empty() ? data::read_id_list(request.file, model.columns.user)
                                                                  : model.users.names();
  PredictReport report;
  report.csv = "user,rank,item,prediction\n";
  std::set<std::string_view> cold;
  for (const auto& name : wanted) {
    const std::uint32_t user = model.users.find(name);
    if (user == models::Factorization::cold) cold.insert(name);
    std::size_t rank = 0;
    for (const auto& r : train::recommend(model, user, request.count)) {
      const double shown = model.model.predict(user, r.item);
      report.csv += text::cat(report::csv_field(name), ",", ++rank, ",", report::csv_field(model.items.names()[r.item]),
                              ",", number(model, shown), "\n");
      ++report.rows;
    }
  }
  if (!cold.empty())
    report.notes.push_back(text::cat(cold.size(), cold.size() == 1 ? " user was" : " users were",
                                     " not in training (first: '", *cold.begin(),
                                     "'): the items with the highest biases are listed, the same for all of them"));
  if (model.seen.empty())
    report.notes.push_back(
        "the model does not hold who rated what (seen=false): items that a user has rated are listed too");
  return report;
}

EvaluateReport evaluate(const train::SavedFactorization& model, const data::Input& file, const std::string& columns) {
  const auto begin = std::chrono::steady_clock::now();
  const data::Ratings ratings = train::read_for(model, file, columns, true);
  EvaluateReport report;
  report.rows = ratings.rows();
  if (auto note = train::cold_note(ratings.user, ratings.item, "ratings"); !note.empty())
    report.notes.push_back(std::move(note));
  Pool pool(1);
  report.test = train::measure(model.model, {ratings.user, ratings.item, ratings.value}, pool);
  if (!report.test.first_not_finite().empty())
    for (std::size_t r = 0; r < ratings.rows(); ++r) {
      const double error = model.model.predict(ratings.user[r], ratings.item[r]) - ratings.value[r];
      if (!std::isfinite(error * error)) throw Error(text::cat(file.name(), ": row ", r + 1, models::no_finite_loss));
    }
  require_finite(report.test, file.name());
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace talweg::api

namespace talweg {

double LoadedFactorization::predict(std::string_view user, std::string_view item) const {
  return model_->model.predict(model_->users.find(user), model_->items.find(item));
}

std::vector<std::pair<std::string, double>> LoadedFactorization::recommend(std::string_view user,
                                                                           std::size_t count) const {
  std::vector<std::pair<std::string, double>> out;
  const std::uint32_t number = model_->users.find(user);
  for (const auto& r : train::recommend(*model_, number, count))
    out.emplace_back(model_->items.names()[r.item], model_->model.predict(number, r.item));
  return out;
}

bool LoadedFactorization::knows_user(std::string_view user) const {
  return model_->users.find(user) != models::Factorization::cold;
}
bool LoadedFactorization::knows_item(std::string_view item) const {
  return model_->items.find(item) != models::Factorization::cold;
}

std::string LoadedFactorization::spec() const { return model_->spec.text(); }

LoadedFactorization load_factorization(const std::string& path) {
  const std::shared_ptr<const models::SavedModel> model = train::load_model(path);
  auto ratings = std::dynamic_pointer_cast<const train::SavedFactorization>(model);
  if (!ratings) throw Error(text::cat(path, ": holds no factorisation; load it with talweg::load_model"));
  return LoadedFactorization(std::move(ratings));
}

}  // namespace talweg
