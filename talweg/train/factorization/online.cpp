#include "talweg/train/factorization/online.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/elementary/functions.hpp"
#include "talweg/train/factorization/on_ratings.hpp"

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

template <class T> void OnlineRows<T>::restore(std::span<const T> users, std::span<const T> items) {
  if (users.size() != users_.size() || items.size() != items_.size())
    throw Error(text::cat("rows of ", users.size(), " and ", items.size(), " numbers where the run has ", users_.size(),
                          " and ", items_.size()));
  std::ranges::copy(users, users_.begin());
  std::ranges::copy(items, items_.begin());
}

template class OnlineRows<float>;
template class OnlineRows<double>;

namespace {

std::vector<double> weights_per_rating(const std::vector<std::size_t>& begin, double power) {
  std::vector<double> out;
  for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
    const auto count = static_cast<double>(begin[i + 1] - begin[i]);
    out.push_back(count == 0 ? 0 : elementary::pow(count, power - 1));
  }
  return out;
}

template <class T> class Online final : public OnRatings<Learner> {
 public:
  Online(const FitData& data, const FirstOrder& method, const FitOptions& options, Pool& pool)
      : OnRatings(data, pool), method_(method), seed_(options.seed), rows_(make_rows()) {}

  double begin(std::int64_t epochs) override {
    epochs_ = epochs;
    return std::numeric_limits<double>::infinity();
  }

  /// The blocks of one diagonal.
  Step step() override {
    if (next_ == order_.size()) {
      Random random((seed_ ^ 0x526f756e6473u) + static_cast<std::uint64_t>(epoch_++) * 0x9e3779b97f4a7c15u);
      order_ = detail::shuffled(rows_.grid(), random);
      next_ = 0;
      squares_ = 0;
    }
    const double base = method_.rule().learning_rate();
    rate_ = scheduled_rate(method_.schedule, schedule_, base, steps_ + 1);
    const auto passed = rows_.round(order_[next_++], {steps_ + 1, rate_, base}, pool_);
    steps_ += passed.ratings;
    squares_ += passed.squares;
    Step step{.number = steps_,
              .loss = passed.ratings == 0 ? 0 : passed.squares / static_cast<double>(passed.ratings) / 2,
              .learning_rate = rate_,
              .ends_epoch = next_ == order_.size()};
    if (step.ends_epoch) rows_.store(data_.model);
    return step;
  }
  EpochEvent epoch() const override {
    const auto ratings = static_cast<std::int64_t>(data_.train.size());
    EpochEvent event;
    event.step = steps_;
    event.steps = epochs_ * ratings;
    event.loss = squares_ / static_cast<double>(ratings) / 2;
    event.learning_rate = rate_;
    return event;
  }
  void conclude() override { rows_.store(data_.model); }

  bool watches() const override { return method_.schedule.kind == Schedule::Kind::plateau; }
  void watch(double cost) override { schedule_.watch(method_.schedule, cost); }
  std::string_view kind() const override { return checkpoint_of_ratings; }
  void save(Archive& archive) const override {
    std::vector<std::int64_t> counts{epoch_, static_cast<std::int64_t>(next_), steps_, schedule_.bad,
                                     schedule_.cooling};
    counts.insert(counts.end(), order_.begin(), order_.end());
    archive.put("ratings.counts", counts);
    archive.put("ratings.numbers", std::vector<double>{squares_, rate_, schedule_.best, schedule_.factor});
    archive.put("ratings.parameters", data_.model.parameters);
    archive.put("ratings.users", rows_.users());
    archive.put("ratings.items", rows_.items());
  }
  void load(const Archive& archive) override {
    constexpr std::size_t before_order = 5;
    const auto counts = archive.integers("ratings.counts");
    const auto numbers = archive.doubles("ratings.numbers");
    if (counts.size() < before_order || counts.size() > before_order + rows_.grid() || numbers.size() != 4)
      archive.fail("ratings.counts", "does not fit the ratings of the run");
    order_.assign(counts.begin() + before_order, counts.end());
    if (counts[1] > static_cast<std::int64_t>(order_.size()) ||
        std::ranges::any_of(order_, [&](std::uint32_t d) { return d >= rows_.grid(); }))
      archive.fail("ratings.counts", "does not fit the ratings of the run");
    try {
      rows_.restore(load_values<T>(archive, "ratings.users"), load_values<T>(archive, "ratings.items"));
    } catch (const Error& error) {
      archive.fail("ratings.users", text::cat("cannot be used: ", error.what()));
    }
    load_parameters(archive, data_.model);
    epoch_ = counts[0], next_ = static_cast<std::size_t>(counts[1]), steps_ = counts[2];
    schedule_ = {numbers[2], numbers[3], counts[3], counts[4]};
    squares_ = numbers[0], rate_ = numbers[1];
  }
  Work work() const override { return {.steps = steps_, .examples = steps_}; }
  std::string done(std::int64_t epochs) const override {
    return text::cat(epochs, epochs == 1 ? " epoch (" : " epochs (", steps_, " single updates)");
  }
  std::string remark(const Outcome& o, double) const override {
    if (o.ending == Ending::early_stopped) return "";
    return text::cat("; the learning rate was ", text::brief(rate_, 3));
  }

 private:
  OnlineRows<T> make_rows() const {
    if constexpr (std::is_same_v<T, float>) method_.require_single_precision();
    auto sweeper = make_sweeper<T>(method_);
    const RowShape shape = OnlineRows<T>::shape(data_.model, *sweeper);
    RatingBlocks<T> blocks(data_.model.users, data_.model.items, data_.train.user, data_.train.item, data_.train.value,
                           data_.model.mean, shape.stride * sizeof(T), seed_);
    return {data_.model,
            std::move(sweeper),
            std::move(blocks),
            weights_per_rating(data_.matrix.user_begin, data_.penalties.power),
            weights_per_rating(data_.matrix.item_begin, data_.penalties.power),
            data_.penalties};
  }

  const FirstOrder method_;
  const std::uint64_t seed_;
  OnlineRows<T> rows_;
  ScheduleState schedule_;
  std::vector<std::uint32_t> order_;  ///< of the diagonals in this epoch
  std::size_t next_ = 0;
  double squares_ = 0, rate_ = 0;
  std::int64_t epochs_ = 0, epoch_ = 0, steps_ = 0;
};

}  // namespace

bool has_online_form(const FirstOrder& method) { return make_sweeper<float>(method) != nullptr; }

std::unique_ptr<Learner> ratings_online(const FitData& data, const FirstOrder& method, const FitOptions& options,
                                        Pool& pool) {
  if (options.single) return std::make_unique<Online<float>>(data, method, options, pool);
  return std::make_unique<Online<double>>(data, method, options, pool);
}

}  // namespace talweg::train
