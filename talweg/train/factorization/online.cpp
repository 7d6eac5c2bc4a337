#include "talweg/train/factorization/online.hpp"

#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/train/factorization/course.hpp"

namespace talweg::train {

template <class T>
OnlineRows<T>::OnlineRows(const models::Factorization& model, std::unique_ptr<Sweeper<T>> sweeper,
                          RatingBlocks<T> blocks, std::span<const double> user_weights,
                          std::span<const double> item_weights, const models::Penalties& penalties)
    : sweeper_(std::move(sweeper)),
      blocks_(std::move(blocks)),
      shape_(shape(model, *sweeper_)),
      decay_{static_cast<T>(penalties.user), static_cast<T>(penalties.item), static_cast<T>(penalties.user_bias),
             static_cast<T>(penalties.item_bias)},
      biases_(model.biases),
      users_(model.users * shape_.stride),
      items_(model.items * shape_.stride),
      passed_(blocks_.grid) {
  load(model, users_, blocks_.user_place, model.user_factors_at(), model.user_biases_at(), user_weights);
  load(model, items_, blocks_.item_place, model.item_factors_at(), model.item_biases_at(), item_weights);
}

template <class T>
void OnlineRows<T>::load(const models::Factorization& model, Memory& rows, const std::vector<std::uint32_t>& place,
                         std::size_t factors_at, std::size_t biases_at, std::span<const double> weights) const {
  for (std::size_t i = 0; i < place.size(); ++i) {
    T* row = rows.data() + place[i] * shape_.stride;
    for (std::size_t c = 0; c < shape_.lanes; ++c) {
      row[c] = c < model.rank ? static_cast<T>(model.parameters[factors_at + i * model.rank + c]) : T(0);
      for (std::size_t s = 0; s < shape_.slots; ++s) row[shape_.lanes * (1 + s) + c] = sweeper_->start(s, row[c]);
    }
    T* tail = row + shape_.tail();
    tail[0] = biases_ ? static_cast<T>(model.parameters[biases_at + i]) : T(0);
    for (std::size_t s = 0; s < shape_.slots; ++s) tail[1 + s] = sweeper_->start(s, tail[0]);
    row[shape_.weight()] = static_cast<T>(weights[i]);
  }
}

template <class T>
void OnlineRows<T>::store(models::Factorization& model, const Memory& rows, const std::vector<std::uint32_t>& place,
                          std::size_t factors_at, std::size_t biases_at) const {
  for (std::size_t i = 0; i < place.size(); ++i) {
    const T* row = rows.data() + place[i] * shape_.stride;
    for (std::size_t c = 0; c < model.rank; ++c) model.parameters[factors_at + i * model.rank + c] = double(row[c]);
    if (biases_) model.parameters[biases_at + i] = double(row[shape_.tail()]);
  }
}

template <class T> void OnlineRows<T>::store(models::Factorization& model) const {
  store(model, users_, blocks_.user_place, model.user_factors_at(), model.user_biases_at());
  store(model, items_, blocks_.item_place, model.item_factors_at(), model.item_biases_at());
}

template <class T>
typename OnlineRows<T>::Passed OnlineRows<T>::pass(std::size_t user_band, std::size_t item_band,
                                                   const StepContext& context) {
  const auto ratings = blocks_.block(user_band, item_band);
  return {sweeper_->sweep(context, ratings, users_.data(), items_.data(), shape_, decay_, biases_),
          static_cast<std::int64_t>(ratings.size())};
}

template <class T>
typename OnlineRows<T>::Passed OnlineRows<T>::round(std::size_t diagonal, const StepContext& context, Pool& pool) {
  pool.run(static_cast<std::int64_t>(blocks_.grid), [&](std::int64_t chunk) {
    const auto p = static_cast<std::size_t>(chunk);
    passed_[p] = pass(p, (p + diagonal) % blocks_.grid, context);
  });
  Passed all;
  for (const Passed& block : passed_) all.squares += block.squares, all.ratings += block.ratings;
  return all;
}

template class OnlineRows<float>;
template class OnlineRows<double>;

namespace {

std::vector<double> weights_per_rating(const std::vector<std::size_t>& begin, double power) {
  std::vector<double> out;
  for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
    const auto count = static_cast<double>(begin[i + 1] - begin[i]);
    out.push_back(count == 0 ? 0 : std::pow(count, power - 1));
  }
  return out;
}

template <class T> class Online {
 public:
  Online(const FitData& data, const FirstOrder& method, const FitOptions& options, Pool& pool)
      : data_(data), method_(method), pool_(pool), course_(data, options, pool), rows_(make_rows()) {}

  Outcome run() {
    const auto ratings = static_cast<std::int64_t>(data_.train.size());
    for (bool ended = false; !ended;) {
      double squares = 0;
      if (!pass(squares)) break;
      rows_.store(data_.model);
      EpochEvent event;
      event.step = steps_;
      event.steps = course_.options().epochs * ratings;
      event.loss = squares / static_cast<double>(ratings) / 2;
      event.learning_rate = rate_;
      ended = course_.end_epoch(event);
      schedule_.watch(method_.schedule, course_.watched());
    }
    rows_.store(data_.model);
    Outcome o;
    o.steps = o.examples = steps_;
    return course_.finish(
        std::move(o),
        text::cat(course_.epochs(), course_.epochs() == 1 ? " epoch (" : " epochs (", steps_, " single updates)"),
        text::cat("; the learning rate was ", text::brief(rate_, 3)));
  }

 private:
  OnlineRows<T> make_rows() const {
    if constexpr (std::is_same_v<T, float>) method_.require_single_precision();
    auto sweeper = make_sweeper<T>(method_);
    const RowShape shape = OnlineRows<T>::shape(data_.model, *sweeper);
    RatingBlocks<T> blocks(data_.model.users, data_.model.items, data_.train.user, data_.train.item, data_.train.value,
                           data_.model.mean, shape.stride * sizeof(T), course_.options().seed);
    return {data_.model,
            std::move(sweeper),
            std::move(blocks),
            weights_per_rating(data_.matrix.user_begin, data_.penalties.power),
            weights_per_rating(data_.matrix.item_begin, data_.penalties.power),
            data_.penalties};
  }

  /// Every block once; false when the run ended on the way.
  bool pass(double& squares) {
    Random random((course_.options().seed ^ 0x526f756e6473u) +
                  static_cast<std::uint64_t>(course_.epochs()) * 0x9e3779b97f4a7c15u);
    const double base = method_.rule().learning_rate();
    for (const std::uint32_t diagonal : detail::shuffled(rows_.grid(), random)) {
      rate_ = scheduled_rate(method_.schedule, schedule_, base, steps_ + 1);
      const auto passed = rows_.round(diagonal, {steps_ + 1, rate_, base}, pool_);
      steps_ += passed.ratings;
      squares += passed.squares;
      const double loss = passed.ratings == 0 ? 0 : passed.squares / static_cast<double>(passed.ratings) / 2;
      if (course_.lost(loss)) return false;
      if (course_.options().on_step) course_.options().on_step({steps_, course_.epochs() + 1, loss, rate_, false});
      if (course_.interrupted()) return false;
    }
    return true;
  }

  const FitData& data_;
  const FirstOrder& method_;
  Pool& pool_;
  Course course_;
  OnlineRows<T> rows_;
  ScheduleState schedule_;
  std::int64_t steps_ = 0;
  double rate_ = 0;
};

}  // namespace

bool has_online_form(const FirstOrder& method) { return make_sweeper<float>(method) != nullptr; }

Outcome fit_online(const FitData& data, const FirstOrder& method, const FitOptions& options, Pool& pool) {
  return options.single ? Online<float>(data, method, options, pool).run()
                        : Online<double>(data, method, options, pool).run();
}

}  // namespace talweg::train
