#include "talweg/train/factorization/saved.hpp"

#include <algorithm>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/file_forms.hpp"

namespace talweg::train {

namespace {

/// A number in groups of seven bits, the lowest first; the high bit says that another group follows.
void put_number(std::string& out, std::uint32_t value) {
  for (; value >= 128; value >>= 7) out += static_cast<char>(value | 128);
  out += static_cast<char>(value);
}

std::string pack(const std::vector<std::vector<std::uint32_t>>& seen) {
  std::string out;
  for (const auto& items : seen) {
    put_number(out, static_cast<std::uint32_t>(items.size()));
    std::uint32_t last = 0;
    for (const auto item : items) {
      put_number(out, item - last);
      last = item;
    }
  }
  return out;
}

class Unpacker {
 public:
  Unpacker(std::string_view bytes, const Archive& archive) : bytes_(bytes), archive_(archive) {}
  std::uint32_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (at_ == bytes_.size()) break;
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= std::uint64_t{byte & 127u} << shift;
      if (byte < 128 && value < 0xffffffff) return static_cast<std::uint32_t>(value);
    }
    archive_.fail("seen", "is damaged");
  }
  bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  const Archive& archive_;
  std::size_t at_ = 0;
};

std::vector<std::vector<std::uint32_t>> unpack(const Archive& archive, std::size_t users, std::size_t items) {
  const std::string bytes = archive.text("seen");
  Unpacker unpacker(bytes, archive);
  std::vector<std::vector<std::uint32_t>> seen(users);
  for (auto& list : seen) {
    const std::uint32_t count = unpacker.number();
    if (count > items) archive.fail("seen", "does not fit the items");
    std::uint64_t last = 0;
    for (std::uint32_t n = 0; n < count; ++n) {
      const std::uint32_t step = unpacker.number();
      if (n > 0 && step == 0) archive.fail("seen", "holds an item twice");
      last += step;
      if (last >= items) archive.fail("seen", "does not fit the items");
      list.push_back(static_cast<std::uint32_t>(last));
    }
  }
  if (!unpacker.at_end()) archive.fail("seen", "does not fit the users");
  return seen;
}

struct Block {
  const char* name;
  std::size_t at, rows, width;
};
std::vector<Block> blocks(const models::Factorization& f) {
  std::vector<Block> out{{"user.factors", f.user_factors_at(), f.users, f.rank},
                         {"item.factors", f.item_factors_at(), f.items, f.rank}};
  if (f.biases) {
    out.push_back({"user.biases", f.user_biases_at(), f.users, 1});
    out.push_back({"item.biases", f.item_biases_at(), f.items, 1});
  }
  return out;
}

data::Ids read_ids(const Archive& archive, std::string_view name) {
  const auto names = archive.texts(name);
  data::Ids ids(names);
  if (ids.size() != names.size()) archive.fail(name, "holds an id twice");
  return ids;
}

/// Every size is compared before memory is taken for it.
void read_blocks(const Archive& archive, SavedFactorization& m) {
  const auto rank = static_cast<std::size_t>(m.spec.rank);
  const std::pair<std::string_view, std::size_t> factors[] = {{"user.factors", m.users.size() * rank},
                                                              {"item.factors", m.items.size() * rank}};
  for (const auto& [name, size] : factors)
    if (load_numbers(archive, name, m.precision).size() != size)
      archive.fail(name, "does not fit the ids and the rank");
  m.model = models::Factorization(m.spec, m.users.size(), m.items.size());
  for (const Block& b : blocks(m.model)) {
    const auto values = load_numbers(archive, b.name, m.precision);
    if (values.size() != b.rows * b.width) archive.fail(b.name, "does not fit the ids and the rank");
    std::copy(values.begin(), values.end(), m.model.parameters.begin() + static_cast<std::ptrdiff_t>(b.at));
  }
}

}  // namespace

Archive SavedFactorization::archive() const {
  Archive out;
  const bool single = precision == Precision::float32;
  out.put("kind", std::string_view("factorization"));
  out.put("model", std::string_view(spec.text()));
  out.put("precision", std::string_view(single ? "float" : "double"));
  out.put("users", users.names());
  out.put("items", items.names());
  out.put("columns", std::vector<std::string>{columns.user, columns.item, columns.rating});
  out.put("numbers", std::vector<double>{model.mean, model.low, model.high, model.fallback});
  save_record(record, out);
  for (const Block& b : blocks(model)) {
    const auto values = std::span(model.parameters).subspan(b.at, b.rows * b.width);
    const std::vector<std::uint64_t> shape{b.rows, b.width};
    if (single)
      out.put(b.name, std::vector<float>(values.begin(), values.end()), shape);
    else
      out.put(b.name, values, shape);
  }
  if (!seen.empty()) out.put("seen", std::string_view(pack(seen)));
  return out;
}

bool SavedFactorization::recognises(const Archive& archive) {
  return archive.has("kind") && archive.text("kind") == "factorization";
}

SavedFactorization SavedFactorization::from(const Archive& archive) {
  check(archive, factorization_form());
  SavedFactorization m;
  try {
    m.spec = models::FactorizationSpec::parse(archive.text("model"));
  } catch (const Error& error) {
    archive.fail("model", text::cat("cannot be read: ", error.what()));
  }
  m.precision = archive.text("precision") == "float" ? Precision::float32 : Precision::float64;
  m.users = read_ids(archive, "users");
  m.items = read_ids(archive, "items");
  const auto names = archive.texts("columns");
  m.columns = {names[0], names[1], names[2]};
  m.record = load_record(archive);
  for (const std::string_view name : {"user.biases", "item.biases"})
    if (archive.has(name) != m.spec.biases) archive.fail(name, "does not fit the model's biases");
  if (archive.has("seen") && !m.spec.seen) archive.fail("seen", "does not fit the model, which has seen=false");
  const auto numbers = archive.doubles("numbers");
  if (numbers[1] > numbers[2]) archive.fail("numbers", "holds a range of ratings that ends before it begins");
  read_blocks(archive, m);
  m.model.mean = numbers[0], m.model.low = numbers[1], m.model.high = numbers[2], m.model.fallback = numbers[3];
  if (m.spec.seen) m.seen = unpack(archive, m.users.size(), m.items.size());
  return m;
}

data::Ratings read_for(const SavedFactorization& model, const data::Input& file, const std::string& columns,
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

std::vector<models::Fact> SavedFactorization::describe() const {
  std::vector<models::Fact> facts{{"model", spec.text()},
                                  {"users", static_cast<std::int64_t>(model.users)},
                                  {"items", static_cast<std::int64_t>(model.items)},
                                  {"mean", model.mean},
                                  {"ratings", text::cat(text::number(model.low), " to ", text::number(model.high))},
                                  {"parameters", static_cast<std::int64_t>(model.size())}};
  train::describe(record, facts);
  return facts;
}

models::PredictedRows SavedFactorization::predict(const models::RowsToPredict& rows,
                                                  const std::function<void(const models::Predictions&)>& take) const {
  const data::Ratings pairs = read_for(*this, rows.file, rows.columns, false);
  models::Predictions p;
  for (std::size_t r = 0; r < pairs.rows(); ++r) p.values.push_back(model.predict(pairs.user[r], pairs.item[r]));
  take(p);
  models::PredictedRows out{pairs.rows(), {}};
  if (auto note = cold_note(pairs.user, pairs.item, "pairs"); !note.empty()) out.notes.push_back(std::move(note));
  return out;
}

void take_factors(const SavedFactorization& from, const data::Ids& users, const data::Ids& items,
                  models::Factorization& model) {
  const models::Factorization& old = from.model;
  if (model.biases) model.mean = old.mean;
  const auto take = [&](const data::Ids& known, const data::Ids& ids, std::size_t old_factors, std::size_t factors,
                        std::size_t old_biases, std::size_t biases) {
    for (std::uint32_t to = 0; to < ids.size(); ++to) {
      const std::uint32_t at = known.find(ids.names()[to]);
      if (at == data::unknown_id) continue;
      std::copy_n(old.parameters.begin() + static_cast<std::ptrdiff_t>(old_factors + at * old.rank), old.rank,
                  model.parameters.begin() + static_cast<std::ptrdiff_t>(factors + to * old.rank));
      if (model.biases) model.parameters[biases + to] = old.parameters[old_biases + at];
    }
  };
  take(from.users, users, old.user_factors_at(), model.user_factors_at(), old.user_biases_at(), model.user_biases_at());
  take(from.items, items, old.item_factors_at(), model.item_factors_at(), old.item_biases_at(), model.item_biases_at());
}

std::vector<Recommendation> recommend(const SavedFactorization& m, std::uint32_t user, std::size_t count) {
  std::vector<Recommendation> all;
  all.reserve(m.items.size());
  static const std::vector<std::uint32_t> none;
  const auto& seen = user == models::Factorization::cold || m.seen.empty() ? none : m.seen[user];
  auto skip = seen.begin();
  for (std::uint32_t item = 0; item < m.items.size(); ++item) {
    if (skip != seen.end() && *skip == item) {
      ++skip;
      continue;
    }
    all.push_back({item, m.model.score(user, item)});
  }
  const auto better = [](const Recommendation& a, const Recommendation& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  };
  count = std::min(count, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(), better);
  all.resize(count);
  return all;
}

}  // namespace talweg::train
