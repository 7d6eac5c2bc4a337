#include "talweg/explain/operations.hpp"

#include <algorithm>
#include <tuple>
#include <type_traits>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::explain {

namespace {

/// Calls `use` with the struct of that name; false when there is none.
template <class... F, class Use>
bool with(std::type_identity<std::tuple<F...>>, std::string_view name, const Use& use) {
  return ((F::card.name == name ? (use(F{}), true) : false) || ...);
}

template <class F>
concept OfOneNumber = requires(const F f, double x) {
  f.slope(x, x);
};

template <class Run> Traced run_activation(std::string_view given, const Run& run) {
  const std::string_view name = nn::activation(given).name();
  Traced out;
  with(std::type_identity<nn::AllActivations>{}, name, [&]<class F>(const F& f) {
    if constexpr (OfOneNumber<F>)
      out = run(f);
    else
      throw Error(text::cat("activation ", name, " turns several outputs into shares: one neuron has only one"));
  });
  return out;
}

}  // namespace

bool acts_on_single_numbers(std::string_view name) {
  bool single = false;
  with(std::type_identity<nn::AllActivations>{}, nn::activation(name).name(),
       [&]<class F>(const F&) { single = OfOneNumber<F>; });
  return single;
}

Traced activate(std::string_view name, const Traced& z) {
  return run_activation(name, [&](const auto& f) { return f.value(z); });
}

Traced activation_slope(std::string_view name, const Traced& z, const Traced& y) {
  return run_activation(name, [&](const auto& f) { return f.slope(z, y); });
}

std::string_view activation_formula(std::string_view name) { return nn::activation(name).card().formula; }

std::vector<Traced> loss_slopes(std::string_view name, std::span<const Traced> outputs, const Traced& target) {
  std::vector<Traced> out;
  with(std::type_identity<nn::AllLosses>{}, nn::loss(name).name(), [&]<class F>(const F& f) {
    if constexpr (OfOneNumber<F>) {
      for (const Traced& p : outputs) out.push_back(f.slope(p, target));
    } else {
      const Traced largest = *std::max_element(outputs.begin(), outputs.end());
      out.resize(outputs.size());
      F::template of_row<Traced>(outputs, Traced::symbol(*largest.sheet(), "pmax", largest.value()),
                                 static_cast<std::size_t>(target.value()), out);
    }
  });
  return out;
}

}  // namespace talweg::explain
