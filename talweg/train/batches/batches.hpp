#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/data/batches.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/train/examples.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/learner.hpp"
#include "talweg/train/postmortem/recorder.hpp"

namespace talweg::train {

struct BatchOptions {
  std::size_t batch_size = 32;  ///< rows in a mini-batch; at least the number of rows means all of them at once
  std::uint64_t seed = 0;       ///< of the shuffling
  data::Order order = data::Order::shuffled;
  double gradient_tolerance = 0;  ///< converged when max|g| of a full-batch step is at most this
};

/// A model learns from mini-batches: batch → forward → loss → backward → clip → rule. The model, the rows and the pool
/// are the caller's, and must outlive it; the pool works for the model during a call only. Results do not depend on the
/// number of threads of the pool. A copy learns by itself from here on, on the same model.
template <class T> class Batches final : public Learner {
 public:
  /// `validation` may have no rows. Throws Error for options that have no effect, for an optimizer made for other
  /// parameters than the model's, and for sparse rows that are shifted.
  Batches(models::Model<T>& model, Optimizer<T> optimizer, const Examples<T>& training, const Examples<T>& validation,
          BatchOptions options, Pool& pool);

  double begin(std::int64_t epochs) override;
  Step step() override;
  EpochEvent epoch() const override;
  void conclude() override;

  bool has_validation() const override { return validation_->rows > 0; }
  Metrics measure(Part part) override;
  Judge judge(std::string_view metric, bool decides) const override;
  std::vector<double> parameters() const override;
  void restore(std::span<const double> parameters) override;

  bool watches() const override { return optimizer_.method().schedule.kind == Schedule::Kind::plateau; }
  void watch(double cost) override { optimizer_.watch(cost); }
  bool hopeless(double loss) const override;
  bool lost(const Metrics& training, double peak) const override;

  std::string_view kind() const override { return checkpoint_of_batches; }
  void save(Archive& archive) const override;
  void load(const Archive& archive) override;
  bool healthy() const override { return has_finite_parameters(); }

  Work work() const override;
  std::string done(std::int64_t epochs) const override;
  std::string remark(const Outcome& outcome, double lost_at) const override;
  std::string advice() const override;
  std::shared_ptr<const PostMortem> examine(const Outcome& outcome) const override;

  const Optimizer<T>& optimizer() const { return optimizer_; }

  /// What an examination of a run needs (postmortem/examination.hpp).
  const Recorder& recorder() const { return recorder_; }
  models::Model<T>& model() const { return *model_; }
  const Examples<T>& training() const { return *training_; }
  Pool& pool() const { return *pool_; }
  std::size_t batch_size() const { return batches_.size(); }
  std::span<const std::uint32_t> last_batch() const { return batches_.dealt_last(batch_.rows); }
  /// A copy that records nothing of its steps.
  Batches unrecorded() const;
  /// One that begins to learn these rows on this model, with the same method and options, and records nothing.
  Batches on(models::Model<T>& model, const Examples<T>& rows) const;
  void set(std::string_view key, std::string_view value) { optimizer_.set(key, value); }
  std::uint64_t seed() const { return options_.seed; }
  double constant_loss() const { return constant_loss_; }  ///< of outputs that are 0

 private:
  void check() const;
  T differentiate_batch();
  bool is_converged() const;
  bool has_finite_parameters() const;
  void record_state();
  void record(const Step& step);
  std::span<T> values() const { return model_->network().parameters().values; }
  std::span<const T> averages() const;

  models::Model<T>* model_;
  Optimizer<T> optimizer_;
  const Examples<T>*training_, *validation_;
  BatchOptions options_;
  Pool* pool_;
  data::Batches batches_;

  Examples<T> batch_;       ///< copies of its rows
  double mean_weight_ = 1;  ///< of the training rows
  std::vector<T> kept_, ahead_;

  std::int64_t epochs_ = 0, epoch_ = 0, examples_ = 0, epoch_examples_ = 0;
  bool in_epoch_ = false, concluded_ = false;
  Recorder recorder_;
  bool records_ = true;
  double epoch_loss_ = 0, start_loss_ = 0, constant_loss_ = 0;
};

extern template class Batches<float>;
extern template class Batches<double>;

}  // namespace talweg::train
