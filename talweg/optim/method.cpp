#include "talweg/optim/method.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {

void check_method_name(std::string_view spec) {
  const std::string_view name = spec.substr(0, spec.find_first_of(":,"));
  auto names = first_order_names();
  for (const auto other : deterministic_names())
    if (std::ranges::find(names, other) == names.end()) names.push_back(other);
  if (std::ranges::find(names, name) != names.end()) return;
  const std::string near = text::did_you_mean(name, names);
  throw Error(text::cat("unknown optimizer '", name,
                        "': ", near.empty() ? text::cat("the methods are ", text::list(names)) : near));
}

Method::Method(std::string_view spec) {
  check_method_name(spec);
  if (auto deterministic = parse_deterministic(spec))
    base_ = std::move(deterministic->base_);
  else
    base_ = make_method(FirstOrder::parse(spec));
}

Method Method::usual(const Options& options) {
  if (!options.constraints.empty()) return Sqp{};
  if (!options.bounds.empty()) return Lbfgsb{};
  return Lbfgs{};
}

}  // namespace talweg
