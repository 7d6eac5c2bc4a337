#include "talweg/nn/ops/losses.hpp"

#include <array>

#include "talweg/nn/ops/losses/table.hpp"
#include "talweg/nn/registry.hpp"

namespace talweg::nn {
namespace {

template <class... F> Registry<detail::LossTable> registry_of(std::type_identity<std::tuple<F...>>) {
  return {"loss", std::array{&detail::LossOf<F>::table...}};
}
Registry<detail::LossTable>& registry() {
  static auto all = registry_of(std::type_identity<AllLosses>{});
  return all;
}

}  // namespace

namespace detail {
void join(const LossTable& table) { registry().add(table); }
}  // namespace detail

Loss loss(std::string_view name) { return Loss(registry().find(name)); }

std::optional<Loss> find_loss(std::string_view name) {
  const detail::LossTable* known = registry().look_up(name);
  return known ? std::optional(Loss(*known)) : std::nullopt;
}

std::vector<Card> losses() { return registry().cards(); }

std::vector<std::string_view> losses_for(Task task) {
  std::vector<std::string_view> out;
  for (const detail::LossTable* t : registry().all())
    if (t->traits.task == task) out.push_back(t->card.name);
  return out;
}

namespace {
/// For those who see the declarations of the operations only.
template <class... Op> auto compiled(std::type_identity<std::tuple<Op...>>) {
  return std::tuple{std::tuple{detail::addresses<Op>, &Op::shape}...};
}
[[gnu::used]] const auto kept = compiled(std::type_identity<LossOperations>{});
}  // namespace

}  // namespace talweg::nn
