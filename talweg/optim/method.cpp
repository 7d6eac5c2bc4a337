#include "talweg/optim/method.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/least_squares/levenberg_marquardt.hpp"
#include "talweg/optim/names.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {

namespace {

std::vector<std::string_view> all_names() {
  auto names = first_order_names();
  for (const std::string_view name : deterministic_names())
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  return names;
}

}  // namespace

std::string usual_method(std::string_view spec) { return usual_spec(spec, all_names()); }

void check_method_name(std::string_view spec) {
  refuse_least_squares(spec);
  const auto names = all_names();
  const std::string usual = usual_spec(spec, names);
  const std::string_view name = Spec::read(usual).name;
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
