#pragma once
#include <memory>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/catalog.hpp"
#include "talweg/optim/deterministic/method_of.hpp"
#include "talweg/optim/first_order/engine.hpp"

/// Methods of a program's own, known by their names after one call: to spec strings ("mine,rate=0.5"), to
/// `first_order_methods` and `deterministic_methods`, and to all that is made of these lists.
///
/// Any thread may register, find and list at any time; a list that was got before stays as it was. The texts of a card
/// and of fields must live as long as the program.
namespace talweg {

namespace detail {

/// Throws Error for a name that cannot stand in a spec or is taken, for a card without title or formula, and for a
/// field whose name cannot be given or whose default is out of its range; then nothing has changed.
TALWEG_API void register_rule(std::unique_ptr<AnyRule> rule);
TALWEG_API void register_method(MakeConfigurable make);

}  // namespace detail

/// A first-order rule; see first_order/rule.hpp for what it is. Rules of one name are its variants, and the one that
/// came first is what the bare name means. Throws Error as told above.
template <UpdateRule Rule> void register_rule() {
  detail::register_rule(std::make_unique<detail::RuleOf<Rule>>(Rule{}));
}

/// A deterministic method: a struct with a card, `settings`, `observed`, `default_iterations`, a State that holds a
/// Descent `path` and lists its members in `visit`, `start`, `step`, `observe` and `details`, and beside it a
/// `make_method`, for which `method_of` is all that is needed. Throws Error as told above.
template <class M>
requires requires(const M& m) {
  { make_method(m) } -> std::convertible_to<std::shared_ptr<const MethodBase>>;
}
void register_method() {
  detail::register_method([]() -> std::unique_ptr<Configurable> { return std::make_unique<ConfigurableOf<M>>(); });
}

}  // namespace talweg
