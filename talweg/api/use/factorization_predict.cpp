#include <algorithm>
#include <chrono>
#include <set>

#include "talweg/api/train/factorization.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"
#include "talweg/train/factorization/fit.hpp"

namespace talweg::api {

namespace {

std::string number(const train::SavedFactorization& m, double value) {
  return m.precision == train::Precision::float32 ? text::number(static_cast<float>(value)) : text::number(value);
}

/// Reads a file for a model: the columns of training where the file has them, otherwise the first ones.
data::Ratings read_for(const train::SavedFactorization& model, const std::string& file, const std::string& columns,
                       bool with_rating) {
  data::RatingOptions options;
  options.with_rating = with_rating;
  options.learn_ids = false;
  data::Ids users = model.users, items = model.items;
  if (!columns.empty()) {
    options.columns = data::parse_rating_columns(columns, !with_rating);
    return data::read_ratings(file, users, items, options);
  }
  options.columns = model.columns;
  return data::read_ratings(file, users, items, options);
}

}  // namespace

std::string cold_note(const std::vector<std::uint32_t>& users, const std::vector<std::uint32_t>& items,
                      std::string_view what) {
  std::size_t cold_users = 0, cold_items = 0, both = 0;
  for (std::size_t r = 0; r < users.size(); ++r) {
    const bool u = users[r] == models::Factorization::cold, i = items[r] == models::Factorization::cold;
    cold_users += u, cold_items += i, both += u && i;
  }
  const std::size_t rows = cold_users + cold_items - both;
  if (rows == 0) return "";
  return text::cat(rows, " of ", users.size(), " ", what, " have a user (", cold_users, ") or an item (", cold_items,
                   ") that was not in training", both > 0 ? text::cat(" (", both, " both)") : "",
                   ": they are predicted from the mean and the bias that is known");
}

std::optional<train::SavedFactorization> load_if_factorization(const std::string& path) {
  const Archive archive = Archive::load(path);
  if (!train::SavedFactorization::recognises(archive)) return std::nullopt;
  return train::SavedFactorization::from(archive);
}

PredictReport predict_pairs(const train::SavedFactorization& model, const std::string& file,
                            const std::string& columns) {
  const data::Ratings pairs = read_for(model, file, columns, false);
  PredictReport report;
  report.rows = pairs.rows();
  report.csv = "prediction\n";
  for (std::size_t r = 0; r < pairs.rows(); ++r)
    report.csv += text::cat(number(model, model.model.predict(pairs.user[r], pairs.item[r])), "\n");
  if (auto note = cold_note(pairs.user, pairs.item, "pairs"); !note.empty()) report.notes.push_back(std::move(note));
  return report;
}

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

EvaluateReport evaluate(const train::SavedFactorization& model, const std::string& file, const std::string& columns) {
  const auto begin = std::chrono::steady_clock::now();
  const data::Ratings ratings = read_for(model, file, columns, true);
  EvaluateReport report;
  report.rows = ratings.rows();
  if (auto note = cold_note(ratings.user, ratings.item, "ratings"); !note.empty())
    report.notes.push_back(std::move(note));
  Pool pool(1);
  report.test = train::measure(model.model, {ratings.user, ratings.item, ratings.value}, pool);
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
  auto model = api::load_if_factorization(path);
  if (!model) throw Error(text::cat(path, ": holds no factorisation; load it with talweg::load_model"));
  return LoadedFactorization(std::make_shared<const train::SavedFactorization>(std::move(*model)));
}

}  // namespace talweg
