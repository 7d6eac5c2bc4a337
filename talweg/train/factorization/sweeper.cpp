#include "talweg/train/factorization/sweeper.hpp"

#include <type_traits>

#include "talweg/optim/first_order/adagrad.hpp"
#include "talweg/optim/first_order/adam.hpp"
#include "talweg/optim/first_order/rmsprop.hpp"
#include "talweg/optim/first_order/sgd.hpp"

namespace talweg::train {

namespace {

template <class Rule, std::size_t Slots, class T> class SweeperOf final : public Sweeper<T> {
 public:
  explicit SweeperOf(const Rule& rule) : rule_(rule) {}
  std::size_t slots() const override { return Slots; }
  T start([[maybe_unused]] std::size_t slot, [[maybe_unused]] T x) const override {
    if constexpr (requires { rule_.template start<T>(slot, x); })
      return rule_.template start<T>(slot, x);
    else
      return 0;
  }
  double sweep(const StepContext& context, std::span<const Rated<T>> ratings, T* users, T* items, const RowShape& shape,
               const Decay<T>& decay, bool biases) const override {
    const typename Rule::template Step<T> step(rule_, context);
    if constexpr (std::is_same_v<T, float>)
      if (shape.lanes == 8)  // small ranks gain a third from loops of known length
        return train::sweep<Slots, 8>(step, ratings.data(), ratings.size(), users, items, shape, decay, biases);
    return train::sweep<Slots, 0>(step, ratings.data(), ratings.size(), users, items, shape, decay, biases);
  }

 private:
  Rule rule_;
};

/// The rule behind `method` when it is this one and uses so many slots.
template <class Rule, std::size_t Slots, class T> std::unique_ptr<Sweeper<T>> take(const FirstOrder& method) {
  const Card& card = method.info().card;
  if (card.name != Rule::card.name || card.variant != Rule::card.variant) return nullptr;
  if (method.rule().active_slots() != Slots) return nullptr;
  Rule rule{};
  for (std::size_t i = 0; i < Rule::params.size(); ++i) Rule::params[i].set(rule, method.rule().get(i));
  return std::make_unique<SweeperOf<Rule, Slots, T>>(rule);
}

}  // namespace

template <class T> std::unique_ptr<Sweeper<T>> make_sweeper(const FirstOrder& method) {
  std::unique_ptr<Sweeper<T>> made = take<Sgd, 0, T>(method);
  if (!made) made = take<Adagrad, 1, T>(method);
  if (!made) made = take<AdagradInside, 1, T>(method);
  if (!made) made = take<Rmsprop, 1, T>(method);
  if (!made) made = take<Adam, 2, T>(method);
  return made;
}

template std::unique_ptr<Sweeper<float>> make_sweeper<float>(const FirstOrder&);
template std::unique_ptr<Sweeper<double>> make_sweeper<double>(const FirstOrder&);

}  // namespace talweg::train
