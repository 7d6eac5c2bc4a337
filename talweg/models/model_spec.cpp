#include "talweg/models/model_spec.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/spec_refusals.hpp"
#include "talweg/nn/init.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::models {

namespace {

constexpr std::int64_t largest_layer = 1'000'000;

using F = Field<ModelSpec>;
constexpr Range penalty{0, 1e6, false, true};
constexpr std::array<std::string_view, 2> bias_words{"free", "regularized"};
namespace keys {
constexpr F activation{"activation", &ModelSpec::activation, "after each hidden layer"},
    init{"init", &ModelSpec::init, "how weights begin; unset: what fits the activation"},
    dropout{"dropout", &ModelSpec::dropout, fraction, "share of the hidden units that a step leaves out"},
    l1{"l1", &ModelSpec::l1, penalty, "λ of the penalty l1·Σ|w|"},
    l2{"l2", &ModelSpec::l2, penalty, "λ of the penalty l2/2·Σw²"},
    c{"c", &ModelSpec::c, Range{0, 1e12, false, true}, "weight of the loss: l2 = 1/(c·training rows); 0: not given"},
    bias = F::choice<&ModelSpec::regularized_bias>("bias", bias_words, "whether the penalties include the bias");
}  // namespace keys
/// In the order in which they are written.
constexpr std::array all_fields{keys::activation, keys::init, keys::dropout, keys::l1, keys::l2, keys::c, keys::bias};
constexpr std::array mlp_fields{keys::activation, keys::init, keys::dropout, keys::l1, keys::l2};
constexpr std::array class_fields{keys::l1, keys::l2, keys::c, keys::bias};
constexpr std::array linear_fields{keys::l1, keys::l2, keys::bias};

struct Kind {
  Card card;
  std::span<const F> fields;
};
constexpr std::array kinds{
    Kind{{.name = "linear",
          .title = "Linear regression",
          .formula = "y = w·x + b",
          .source = "Legendre 1805; Gauss 1809",
          .guidance = {"numbers to predict, where effects add up", "convex; each weight says what its column does",
                       "sees no curve and no interplay of columns that is not given as a column"}},
         linear_fields},
    Kind{{.name = "logistic",
          .title = "Logistic regression",
          .formula = "p = 1/(1 + e^−(w·x + b))",
          .source = "Cox 1958, J. R. Stat. Soc. B 20",
          .guidance = {"two classes, and a first model for any such data",
                       "convex; probabilities and odds ratios; takes sparse rows of millions of columns",
                       "one straight border; without a penalty separable classes drive the weights to infinity"}},
         class_fields},
    Kind{{.name = "softmax",
          .title = "Multi-class logistic regression",
          .formula = "p_k = e^(w_k·x + b_k)/Σ_j e^(w_j·x + b_j)",
          .source = "Bridle 1990",
          .guidance = {"three classes or more", "convex; one set of weights for each class",
                       "straight borders between classes"}},
         class_fields},
    Kind{{.name = "mlp",
          .title = "Network of dense layers: mlp:64,32",
          .formula = "h = φ(W·x + b), layer by layer; the last one linear",
          .source = "Rumelhart, Hinton & Williams 1986, Nature 323",
          .guidance = {"curved relations and interplay of columns, a few thousand rows or more",
                       "fits any smooth relation, given units and rows",
                       "many minima; needs scaled columns and tuning; says little about why"}},
         mlp_fields}};

void set_option(ModelSpec& spec, std::span<const F> fields, std::string_view key, std::string_view value) {
  const auto field = std::ranges::find(fields, key, &F::name);
  if (field == fields.end()) {
    std::vector<std::string_view> keys;
    for (const F& f : fields) keys.push_back(f.name);
    refuse_option(spec.kind, key, keys);
  }
  if (key == "activation") value = nn::name(nn::activation(value));  // throws for an unknown one, as the next line
  if (key == "init") nn::init(value);
  if (!field->read(spec, value).empty()) {
    if (key == "bias") throw Error(text::cat("model option bias=", value, ": expected free or regularized"));
    refuse_value(field->info(spec), value);
  }
  if (key == "c" && spec.c == 0)
    throw Error("model option c=0: expected a number above 0; it weighs the loss against the penalty");
}

void add_layer(ModelSpec& spec, std::string_view token) {
  const auto size = text::parse_integer(token);
  if (spec.kind != "mlp" || !size || *size < 1 || *size > largest_layer)
    throw Error(text::cat("model '", spec.kind, "': '", token, "' is ",
                          spec.kind == "mlp" ? text::cat("no layer size; write whole numbers from 1 to ", largest_layer,
                                                         " as in mlp:64,32, then options as key=value")
                                             : std::string("no option; write key=value as in linear,l2=0.01")));
  spec.hidden.push_back(*size);
}

}  // namespace

ModelSpec ModelSpec::parse(std::string_view text) {
  ModelSpec out;
  const Spec spec = Spec::read(text);
  out.kind = spec.name;
  if (out.kind == "mf")
    throw Error("model 'mf' factorises ratings, which is for talweg train; here a model of rows is needed");
  const auto kind = std::ranges::find(kinds, spec.name, [](const Kind& k) { return k.card.name; });
  if (kind == kinds.end()) {
    std::vector<std::string_view> names;
    for (const Kind& k : kinds) names.push_back(k.card.name);
    names.push_back("mf");
    const std::string hint = text::did_you_mean(spec.name, names);
    throw Error(text::cat("unknown model '", spec.name, "'; ",
                          hint.empty() ? text::cat("there are ", text::list(names), " (mlp:64,32; mf:16)") : hint));
  }
  std::vector<std::string_view> given;
  for (const Spec::Piece& piece : spec.pieces) {
    if (piece.option) {
      take_once(text::cat("model '", out.kind, "'"), piece.key, given);
      set_option(out, kind->fields, piece.key, piece.value);
    } else {
      add_layer(out, piece.text);
    }
  }
  if (out.c != 0 && out.l2 != 0)
    throw Error("model options c and l2 both set the penalty: l2 = 1 / (c · training rows); give one of them");
  if (out.regularized_bias && out.c == 0 && out.l1 == 0 && out.l2 == 0)
    throw Error("model option bias=regularized has no effect without a penalty; add l2=… or c=…");
  if (out.kind == "mlp" && out.hidden.empty())
    throw Error("model 'mlp' needs the sizes of its hidden layers, as in mlp:64,32");
  return out;
}

std::string ModelSpec::text() const {
  static const ModelSpec defaults;
  SpecWriter out(kind);
  for (const std::int64_t size : hidden) out.word(text::cat(size));
  for (const F& f : all_fields)
    if (const std::string value = f.write(*this); value != f.write(defaults)) out.option(f.name, value);
  return out.take();
}

std::vector<ItemInfo> ModelSpec::items() {
  std::vector<ItemInfo> out;
  for (const Kind& kind : kinds) {
    out.push_back({.card = kind.card});
    for (const F& f : kind.fields) out.back().fields.push_back(f.info({}));
  }
  return out;
}

void ModelSpec::resolve(std::size_t training_rows) {
  if (c == 0) return;
  l2 = 1 / (c * static_cast<double>(training_rows));
  c = 0;
}

namespace {

/// What a model is for; nothing where its loss decides.
std::optional<nn::Task> task_of(const ModelSpec& spec) {
  if (spec.kind == "linear") return nn::Task::regression;
  if (spec.kind == "logistic") return nn::Task::binary;
  if (spec.kind == "softmax") return nn::Task::classes;
  return std::nullopt;
}

data::Wanted wanted_by(std::optional<nn::Task> task) {
  using data::Wanted;
  if (!task) return Wanted::automatic;
  return *task == nn::Task::regression ? Wanted::regression
         : *task == nn::Task::binary   ? Wanted::binary
                                       : Wanted::classes;
}

std::string one_of(std::span<const std::string_view> names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += text::cat(i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names[i]);
  return out;
}

}  // namespace

data::Wanted wanted_target(const ModelSpec& spec, std::string_view loss) {
  const std::optional<nn::Task> by_model = task_of(spec);
  if (loss.empty()) return wanted_by(by_model);
  const nn::Loss given = nn::loss(loss);
  if (by_model.value_or(given.traits().task) != given.traits().task)
    throw Error(text::cat("loss '", given.name(), "' does not fit the model '", spec.kind, "', whose loss is ",
                          one_of(nn::losses_for(*by_model)), "; name one of them, or use mlp:…"));
  return wanted_by(given.traits().task);
}

ModelSpec load_spec(const Archive& archive, const Head& head) {
  const auto read = [&](std::string_view entry, const auto& how) {
    try {
      return how();
    } catch (const Error& error) {
      archive.fail(entry, text::cat("cannot be read: ", error.what()));
    }
  };
  const ModelSpec spec = read("model", [&] { return ModelSpec::parse(archive.text("model")); });
  const data::Wanted wanted = read("loss", [&] { return wanted_target(spec, head.loss); });
  if (wanted != wanted_by(task_of(head.task)))
    archive.fail("target.task", text::cat("does not fit the loss '", head.loss, "'"));
  return spec;
}

std::string_view default_loss(data::Task task) { return nn::losses_for(task_of(task)).front(); }

}  // namespace talweg::models
