#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/train/checkpoint.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/learner.hpp"
#include "talweg/train/online/row_learner.hpp"
#include "talweg/train/online/run.hpp"
#include "talweg/train/online/state.hpp"

namespace talweg::train::online {

/// Rows of a text, learned one by one as they are read; a step is as many as lie before the next milestone, checkpoint
/// or end of a block. Memory does not grow with the rows. The plan must outlive it.
template <class T> class Stream final : public Learner {
 public:
  /// `reader` stands at the beginning of `plan.file`.
  Stream(const Plan& plan, data::stream::BlockReader reader);

  double begin(std::int64_t epochs) override;
  Step step() override;
  EpochEvent epoch() const override;
  void conclude() override;

  bool has_validation() const override { return !plan_.validation.empty() || plan_.validation_share > 0; }
  /// Of the training rows: each before anything was learned from it, in the last pass.
  Metrics measure(Part part) override;
  Judge judge(std::string_view metric, bool decides) const override;
  /// There is one table, which is not copied: nothing to come back to.
  std::vector<double> parameters() const override { return {}; }
  void restore(std::span<const double>) override {}

  Work work() const override;
  Words words() const override { return {.epoch = "pass", .epochs = "passes", .made = "learned"}; }
  std::string done(std::int64_t epochs) const override;
  std::string remark(const train::Outcome& outcome, double lost_at) const override;
  std::string advice() const override { return "; lower the learning rate, or scale the values of the features"; }

  std::string_view kind() const override { return checkpoint_of_stream; }
  void save(Archive& archive) const override;
  void load(const Archive& archive) override;

  /// What a stream has to tell beyond an Outcome.
  void tell(Outcome& outcome) const;

  /// Of the test rows, once the run has ended; nothing where it is stopped meanwhile.
  void measure_test(Outcome& outcome, const Stop& stop);

  static Measured measure_rows(const models::SparseLinear& m, const models::Head& head,
                               std::span<const double> class_weights, data::stream::BlockReader reader,
                               const data::stream::RowOptions& options, const std::string& origin,
                               const RowsOfPart& only, int threads, const Stop& stop = {});

 private:
  std::optional<char> delimiter() const;
  data::stream::RowOptions row_options() const;
  void open();
  bool take_block();
  void finish_block();
  void begin_pass();
  Step end_pass();
  void reach_milestone();
  StreamEvent progress(bool milestone) const;
  double seconds() const;
  models::SparseLinear model() const;
  /// Of the rows of another text, or of a part of this one.
  Measured measure_part(const data::Input& another, RowPart part, const Stop& stop) const;

  const Plan& plan_;
  std::string origin_;
  HeldOut held_out_;
  std::optional<data::stream::BlockReader> reader_;  ///< of the first pass, before it begins
  std::unique_ptr<data::stream::RowStream<T>> rows_;
  data::stream::RowBlock<T>* block_ = nullptr;
  RowLearner<T> learner_;
  RunningMetrics pass_, first_;
  Fingerprint fingerprint_;
  StreamState state_;
  data::stream::Names names_;
  std::vector<StreamEvent> milestones_;
  Metrics validation_;
  std::int64_t validation_rows_ = 0, validated_at_ = -1;
  double share_ = 0, reported_ = 0, total_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace talweg::train::online
