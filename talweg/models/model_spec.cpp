#include "talweg/models/model_spec.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/init.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::models {

namespace {

constexpr std::array<std::string_view, 4> kinds{"linear", "logistic", "softmax", "mlp"};
constexpr std::array<std::string_view, 5> mlp_keys{"activation", "init", "dropout", "l1", "l2"};
constexpr std::array<std::string_view, 3> linear_keys{"l1", "l2", "bias"};
constexpr std::array<std::string_view, 4> class_keys{"l1", "l2", "c", "bias"};
constexpr std::int64_t largest_layer = 1'000'000;

double ranged(std::string_view key, std::string_view value, double limit) {
  const auto number = text::parse_number(value);
  if (!number || !(*number >= 0 && *number < limit))
    throw Error(text::cat("model option ", key, "=", value, ": expected a number of at least 0 and below ",
                          text::number(limit)));
  return *number;
}

void set_option(ModelSpec& spec, std::string_view key, std::string_view value) {
  std::span<const std::string_view> keys = class_keys;
  if (spec.kind == "mlp") keys = mlp_keys;
  if (spec.kind == "linear") keys = linear_keys;
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
    const std::string hint = text::did_you_mean(key, keys);
    throw Error(text::cat("model '", spec.kind, "' has no option '", key, "'; ",
                          hint.empty() ? text::cat("there are ", text::list(keys)) : hint));
  }
  if (key == "activation") {
    spec.activation = nn::name(nn::activation(value));
  } else if (key == "init") {
    nn::init(value);
    spec.init = value;
  } else if (key == "bias") {
    if (value != "free" && value != "regularized")
      throw Error(text::cat("model option bias=", value, ": expected free or regularized"));
    spec.regularized_bias = value == "regularized";
  } else if (key == "c") {
    spec.c = ranged(key, value, 1e12);
    if (spec.c == 0) throw Error("model option c=0: expected a number above 0; it weighs the loss against the penalty");
  } else {
    (key == "dropout" ? spec.dropout
     : key == "l1"    ? spec.l1
                      : spec.l2) = ranged(key, value, key == "dropout" ? 1 : 1e6);
  }
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
  ModelSpec spec;
  const auto end = text.find_first_of(":,");
  spec.kind = text::trim(text.substr(0, end));
  if (spec.kind == "mf")
    throw Error("model 'mf' factorises ratings, which is for talweg train; here a model of rows is needed");
  if (std::find(kinds.begin(), kinds.end(), spec.kind) == kinds.end()) {
    std::vector<std::string_view> names(kinds.begin(), kinds.end());
    names.push_back("mf");
    const std::string hint = text::did_you_mean(spec.kind, names);
    throw Error(text::cat("unknown model '", spec.kind, "'; ",
                          hint.empty() ? text::cat("there are ", text::list(names), " (mlp:64,32; mf:16)") : hint));
  }
  if (end != std::string_view::npos) {
    for (const auto piece : text::split(text.substr(end + 1), ',')) {
      const auto equals = piece.find('=');
      if (equals == std::string_view::npos)
        add_layer(spec, piece);
      else
        set_option(spec, text::trim(piece.substr(0, equals)), text::trim(piece.substr(equals + 1)));
    }
  }
  if (spec.c != 0 && spec.l2 != 0)
    throw Error("model options c and l2 both set the penalty: l2 = 1 / (c · training rows); give one of them");
  if (spec.regularized_bias && spec.c == 0 && spec.l1 == 0 && spec.l2 == 0)
    throw Error("model option bias=regularized has no effect without a penalty; add l2=… or c=…");
  if (spec.kind == "mlp" && spec.hidden.empty())
    throw Error("model 'mlp' needs the sizes of its hidden layers, as in mlp:64,32");
  return spec;
}

std::string ModelSpec::text() const {
  std::string out = kind;
  for (std::size_t i = 0; i < hidden.size(); ++i) out += text::cat(i == 0 ? ":" : ",", hidden[i]);
  if (activation != "relu") out += text::cat(",activation=", activation);
  if (!init.empty()) out += text::cat(",init=", init);
  if (dropout != 0) out += text::cat(",dropout=", dropout);
  if (l1 != 0) out += text::cat(",l1=", l1);
  if (l2 != 0) out += text::cat(",l2=", l2);
  if (c != 0) out += text::cat(",c=", c);
  if (regularized_bias) out += ",bias=regularized";
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
