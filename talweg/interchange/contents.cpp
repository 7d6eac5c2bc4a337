#include "talweg/interchange/contents.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "talweg/base/text.hpp"
#include "talweg/interchange/utf8.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::interchange {

namespace {

using Json = nlohmann::ordered_json;

std::string utf8(const std::string& text, std::string_view what) {
  require_utf8(text, what);
  return text;
}

Json texts(const std::vector<std::string>& all, std::string_view what) {
  Json out = Json::array();
  for (const auto& text : all) out.push_back(utf8(text, what));
  return out;
}

/// Arrays and members as they are added.
class Builder {
 public:
  explicit Builder(const models::SavedModel& model) : single_(model.single()) {
    about("talweg_export", 1);
    about("kind", model.kind());
    about("model", model.text());
    Json facts = Json::object();
    for (const models::Fact& fact : model.describe())
      std::visit([&](const auto& value) { facts[fact.name] = value; }, fact.value);
    for (auto& [name, value] : facts.items())
      if (value.is_string()) require_utf8(value.get_ref<const std::string&>(), name);
    about("facts", facts);
  }

  void about(std::string name, const Json& value) { out_.about.emplace_back(std::move(name), value.dump()); }
  void array(std::string name, std::vector<std::uint64_t> shape, std::vector<double> values) {
    out_.arrays.push_back({std::move(name), std::move(shape), std::move(values)});
  }
  void array(std::string name, std::vector<std::int64_t> values) {
    out_.arrays.push_back({std::move(name), {values.size()}, std::move(values)});
  }
  /// Numbers in the precision of the model.
  void parameters(std::string name, std::vector<std::uint64_t> shape, std::span<const double> values) {
    if (single_)
      out_.arrays.push_back({std::move(name), std::move(shape), std::vector<float>(values.begin(), values.end())});
    else
      out_.arrays.push_back({std::move(name), std::move(shape), std::vector<double>(values.begin(), values.end())});
  }
  Contents take() { return std::move(out_); }

 private:
  bool single_;
  Contents out_;
};

std::string_view name_of(data::Format format) {
  return format == data::Format::csv ? "csv" : format == data::Format::idx ? "idx" : "libsvm";
}

std::string_view name_of(data::Column::Kind kind) {
  return kind == data::Column::Kind::numeric ? "number" : kind == data::Column::Kind::text ? "text" : "ignored";
}

/// How outputs z become predictions.
Json output(const models::Head& head, const data::Target& target) {
  Json out{{"target", utf8(target.name, "the name of the target")}, {"loss", head.loss}};
  switch (head.traits().link) {
    case nn::Link::identity:
      out["prediction"] = "mean + deviation * z";
      break;
    case nn::Link::exponential:
      out["prediction"] = "exp(z)";
      break;
    case nn::Link::sign:
      out["prediction"] = "the second class where z > 0, else the first";
      break;
    case nn::Link::sigmoid:
      out["prediction"] = text::cat("the second class where z > ", head.cut(),
                                    ", else the first; its probability is 1 / (1 + exp(-z))");
      break;
    case nn::Link::softmax:
      out["prediction"] = "the first class with the largest z; probabilities are exp(z_k) / sum(exp(z))";
      break;
  }
  if (target.classes.empty()) {
    out["mean"] = head.mean;
    out["deviation"] = head.deviation;
    return out;
  }
  out["classes"] = texts(target.classes, "a class");
  if (target.numeric) out["class_values"] = target.class_values;
  return out;
}

Json features_of(const data::Preprocess& p) {
  Json out = Json::array();
  for (const data::Feature& f : p.features) {
    Json one{{"name", utf8(f.name, "the name of a column")}, {"kind", name_of(f.kind)}};
    if (f.kind == data::Column::Kind::text)
      one["categories"] = texts(f.categories, text::cat("a category of the column '", f.name, "'"));
    out.push_back(std::move(one));
  }
  return out;
}

Json layers_of(const train::TrainedModel& m) {
  Json out = Json::array();
  for (std::size_t k = 0; k + 1 < m.layout.size(); k += 2)
    out.push_back({{"weight", m.layout[k].name},
                   {"bias", m.layout[k + 1].name},
                   {"activation", k + 2 < m.layout.size() ? m.spec.activation : "identity"}});
  return out;
}

void describe(const train::TrainedModel& m, Builder& out) {
  const data::Preprocess& p = m.preprocess;
  out.about("rows", {{"format", name_of(p.format)}, {"columns", texts(p.columns, "the name of a column")}});
  out.about("features", features_of(p));
  out.about(
      "inputs",
      "in the order of features: of a number (v - preprocess.mean) * preprocess.factor, v = preprocess.fill where "
      "it is missing; of a text 1 for its category and 0 for the others, all 0 where it is missing or unknown");
  out.about("layers", layers_of(m));
  out.about("layer", "activation(x @ weight + bias)");
  out.about("output", output(m.head, p.target));
  std::vector<double> fill, mean, factor;
  for (const data::Feature& f : p.features) fill.push_back(f.fill), mean.push_back(f.mean), factor.push_back(f.factor);
  const std::uint64_t count = p.features.size();
  out.array("preprocess.fill", {count}, std::move(fill));
  out.array("preprocess.mean", {count}, std::move(mean));
  out.array("preprocess.factor", {count}, std::move(factor));
  for (const nn::Parameter& parameter : m.layout) {
    std::vector<std::uint64_t> shape;
    for (int a = 0; a < parameter.shape.rank(); ++a) shape.push_back(static_cast<std::uint64_t>(parameter.shape[a]));
    out.parameters(
        parameter.name, std::move(shape),
        std::span(m.parameters)
            .subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.size())));
  }
}

void describe(const train::online::StreamModel& stream, Builder& out) {
  const models::SparseLinear& m = stream.model;
  Json rows{{"format", name_of(m.features.format)}};
  if (m.features.hashed()) {
    rows["hash_bits"] = m.features.hash_bits;
    rows["name"] = "column of a number, column=text of a text (its value is 1), what stands before the colon of libsvm";
    rows["place"] = "1 + (mixed(fnv1a64(name)) >> (64 - hash_bits)), modulo 2^64 throughout";
    rows["mixed"] = "h ^= h >> 33, h *= 0xff51afd7ed558ccd, h ^= h >> 33, h *= 0xc4ceb9fe1a85ec53, h ^= h >> 33";
  } else {
    rows["index_base"] = m.features.base;
    rows["place"] = "index - index_base + 1";
  }
  Json crosses = Json::array();
  for (const auto& [a, b] : m.features.crosses)
    crosses.push_back({utf8(a, "the name of a column"), utf8(b, "the name of a column")});
  if (!crosses.empty()) {
    rows["crosses"] = crosses;
    rows["cross"] =
        "for each pair of features of the two columns, in the place of h = mixed(mixed(fnv1a64(a)) * "
        "0x9e3779b97f4a7c15 "
        "^ mixed(fnv1a64(b))), the product of their values";
  }
  Json columns = Json::array();
  for (std::size_t c = 0; c < m.features.columns.size(); ++c)
    columns.push_back(
        {{"name", utf8(m.features.columns[c], "the name of a column")}, {"kind", name_of(m.features.kinds[c])}});
  if (!columns.empty()) rows["columns"] = columns;
  out.about("rows", rows);
  out.about("layer", "z = sum over the features of a row of value * weight at their place, and the weight at place 0");
  out.about("output", output(m.head, m.target));
  if (!m.names.names.empty()) out.about("names", texts(m.names.names, "the name of a feature"));
  if (!m.names.slots.empty())
    out.array("names.places", std::vector<std::int64_t>(m.names.slots.begin(), m.names.slots.end()));
  out.array("weights.places", m.places);
  out.parameters("weights.values", {m.places.size(), m.outputs()}, m.weights);
}

void describe(const train::SavedFactorization& f, Builder& out) {
  const models::Factorization& m = f.model;
  out.about("columns", {{"user", utf8(f.columns.user, "the name of a column")},
                        {"item", utf8(f.columns.item, "the name of a column")},
                        {"rating", utf8(f.columns.rating, "the name of a column")}});
  out.about("users", texts(f.users.names(), "the id of a user"));
  out.about("items", texts(f.items.names(), "the id of an item"));
  Json output;
  if (m.biases) {
    output["prediction"] =
        "mean + user.biases[i] + item.biases[j] + user.factors[i] @ item.factors[j], without the terms "
        "of an unknown user or item";
    output["mean"] = m.mean;
  } else {
    output["prediction"] = "user.factors[i] @ item.factors[j]; fallback where user or item is unknown";
    output["fallback"] = m.fallback;
  }
  if (m.clip) output["clip"] = {m.low, m.high};
  out.about("output", output);
  const auto block = [&](const char* name, std::size_t at, std::size_t rows, std::size_t width) {
    out.parameters(name, {rows, width}, std::span(m.parameters).subspan(at, rows * width));
  };
  block("user.factors", m.user_factors_at(), m.users, m.rank);
  block("item.factors", m.item_factors_at(), m.items, m.rank);
  if (!m.biases) return;
  block("user.biases", m.user_biases_at(), m.users, 1);
  block("item.biases", m.item_biases_at(), m.items, 1);
}

}  // namespace

std::string Contents::json() const {
  std::string out = "{";
  for (const auto& [name, value] : about) out += text::cat(out.size() > 1 ? ", " : "", "\"", name, "\": ", value);
  return out + "}";
}

Contents contents_of(const models::SavedModel& model) {
  Builder out(model);
  train::with_kind(model, [&](const auto& m) { describe(m, out); });
  return out.take();
}

}  // namespace talweg::interchange
