// A learner of a program's own, driven by the one loop of training: epochs, the best one, patience, the clock,
// callbacks and endings come from there.
#include <array>
#include <cmath>
#include <cstdio>

#include <talweg/extend.hpp>
#include <talweg/talweg.hpp>

namespace train = talweg::train;

/// The perceptron of Rosenblatt 1958: one row a step, and w moves only where the row is on the wrong side.
class Perceptron final : public train::Learner {
 public:
  using Row = std::array<double, 3>;  // x1, x2, and the side, −1 or 1
  Perceptron(std::vector<Row> rows, std::vector<Row> held_back)
      : rows_(std::move(rows)), held_back_(std::move(held_back)) {}

  double begin(std::int64_t) override { return share_wrong(rows_); }
  train::Step step() override {
    const Row& row = rows_[static_cast<std::size_t>(steps_++) % rows_.size()];
    const bool wrong = !(score(row) * row[2] > 0);
    for (std::size_t i = 0; wrong && i < 3; ++i) w_[i] += row[2] * (i < 2 ? row[i] : 1);
    const bool ends_epoch = static_cast<std::size_t>(steps_) % rows_.size() == 0;
    return {.number = steps_, .loss = wrong ? 1.0 : 0.0, .learning_rate = 1, .ends_epoch = ends_epoch};
  }
  train::EpochEvent epoch() const override {
    train::EpochEvent event;
    event.step = steps_;
    event.loss = share_wrong(rows_);
    return event;
  }
  bool has_validation() const override { return !held_back_.empty(); }
  train::Metrics measure(train::Part part) override {
    return {.values = {{"loss", share_wrong(part == train::Part::training ? rows_ : held_back_)}}, .confusion = {}};
  }
  train::Judge judge(std::string_view metric, bool) const override {
    return train::Judge::among(std::array<std::string_view, 1>{"loss"}, metric);
  }
  std::vector<double> parameters() const override { return {w_.begin(), w_.end()}; }
  void restore(std::span<const double> w) override { std::copy(w.begin(), w.end(), w_.begin()); }
  train::Work work() const override { return {.steps = steps_, .examples = steps_}; }
  std::string done(std::int64_t epochs) const override { return std::to_string(epochs) + " passes"; }

 private:
  double score(const Row& row) const { return w_[0] * row[0] + w_[1] * row[1] + w_[2]; }
  double share_wrong(const std::vector<Row>& rows) const {
    double wrong = 0;
    for (const Row& row : rows) wrong += !(score(row) * row[2] > 0);
    return wrong / static_cast<double>(rows.size());
  }

  std::vector<Row> rows_, held_back_;
  std::array<double, 3> w_{};
  std::int64_t steps_ = 0;
};

int main() {
  std::vector<Perceptron::Row> rows, held_back;
  for (int i = 0; i < 200; ++i) {  // two sides of the line x1 + 2 x2 = 0.3
    const double a = std::sin(12.9898 * i), b = std::cos(78.233 * i);
    if (std::abs(a + 2 * b - 0.3) > 0.1) (i % 4 ? rows : held_back).push_back({a, b, a + 2 * b > 0.3 ? 1.0 : -1.0});
  }
  Perceptron learner(rows, held_back);

  double lowest = 1;
  const train::Callback watch{.epoch = [&](const train::EpochEvent& e) { lowest = std::min(lowest, e.loss); },
                              .end = [](const train::Outcome& o) { std::printf("%s\n", o.message.c_str()); }};
  const train::Callback enough{.epoch = [](const train::EpochEvent& e) { return e.loss == 0; }};
  const train::Outcome outcome =
      train::train(learner, {.epochs = 200, .keep_best = true, .patience = 50}, {.callbacks = {watch, enough}});

  std::printf("best epoch %lld of %lld, wrong on held-back rows: %.3f\n", static_cast<long long>(outcome.best_epoch),
              static_cast<long long>(outcome.epochs), outcome.validation.get("loss"));
  return outcome.usable() && outcome.validation.get("loss") < 0.05 && lowest < 0.05 ? 0 : 1;
}
