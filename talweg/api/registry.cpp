#include "talweg/api/registry.hpp"

#include <algorithm>
#include <array>

#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/factorization_spec.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/nn/layers/registry.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/optim/clip.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/least_squares/levenberg_marquardt.hpp"
#include "talweg/optim/names.hpp"
#include "talweg/optim/schedule.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::api {

namespace {

std::vector<ItemInfo> optimizers() {
  const auto& rules = first_order_methods();
  std::vector<ItemInfo> out(rules.begin(), rules.end());
  const auto& more = deterministic_methods();
  out.insert(out.end(), more.begin(), more.end());
  const auto& of_fits = least_squares_methods();
  out.insert(out.end(), of_fits.begin(), of_fits.end());
  return out;
}

std::vector<ItemInfo> model_items() {
  auto out = models::ModelSpec::items();
  out.push_back(models::FactorizationSpec::item());
  return out;
}

std::vector<ItemInfo> items_of(std::span<const Card> cards) {
  std::vector<ItemInfo> out;
  for (const Card& card : cards) out.push_back({.card = card});
  return out;
}

/// Names of no optimizer that are in use elsewhere.
constexpr std::array other_aliases{MethodAlias{"LBFGS-MF", "mf"},
                                   MethodAlias{"matrix factorisation", "mf"},
                                   MethodAlias{"matrix factorization", "mf"},
                                   MethodAlias{"MSE", "mean_squared_error"},
                                   MethodAlias{"MAE", "mean_absolute_error"},
                                   MethodAlias{"BCE", "binary_cross_entropy"},
                                   MethodAlias{"cross-entropy", "softmax_cross_entropy"},
                                   MethodAlias{"swish", "silu"},
                                   MethodAlias{"AMSGrad", "adam", "with amsgrad=true"},
                                   MethodAlias{"averaged SGD", "sgd", "with averaging=true"},
                                   MethodAlias{"Polyak-Ruppert averaging", "sgd", "with averaging=true"}};

bool means(std::string_view wanted, const ItemInfo& item) {
  const auto is = [&](std::string_view name) { return folded(name) == wanted; };
  const std::string label = item.label();
  if (is(item.card.name) || is(label)) return true;
  const auto aliased = [&](const MethodAlias& a) {
    return (a.label == item.card.name || a.label == label) && folded(a.alias) == wanted;
  };
  return std::ranges::any_of(method_aliases(), aliased) || std::ranges::any_of(other_aliases, aliased);
}

}  // namespace

std::span<const Topic> topics() {
  static constexpr std::array all{Topic{"optimizers", optimizers},
                                  Topic{"losses", [] { return items_of(nn::losses()); }},
                                  Topic{"activations", [] { return items_of(nn::activations()); }},
                                  Topic{"layers", nn::layers_known},
                                  Topic{"models", model_items},
                                  Topic{"schedules", Schedule::items},
                                  Topic{"clips", Clip::items}};
  return all;
}

std::vector<Found> find_items(std::string_view name) {
  const std::string wanted = folded(name);
  std::vector<Found> out;
  for (const Topic& topic : topics()) {
    Found found{topic.name, topic.items()};
    std::erase_if(found.items, [&](const ItemInfo& item) { return !means(wanted, item); });
    if (!found.items.empty()) out.push_back(std::move(found));
  }
  return out;
}

std::vector<std::string> other_names(std::string_view name) {
  std::vector<std::string> out;
  const auto add = [&](const MethodAlias& a) {
    if (a.label.substr(0, a.label.find(':')) != name) return;
    out.push_back(text::cat(a.alias, a.with.empty() ? "" : text::cat(" (", a.with, ")")));
  };
  std::ranges::for_each(method_aliases(), add);
  std::ranges::for_each(other_aliases, add);
  return out;
}

bool takes_residuals(const ItemInfo& optimizer) {
  const auto& all = least_squares_methods();
  return std::ranges::any_of(all, [&](const ItemInfo& m) { return m.card.name == optimizer.card.name; });
}

Guidance guidance_of(std::string_view spec) {
  const std::string_view name = Spec::read(spec).name;
  for (const ItemInfo& item : optimizers())
    if (item.card.name == name) return item.card.guidance;
  return {};
}

}  // namespace talweg::api
