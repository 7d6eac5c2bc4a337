#pragma once
#include <vector>

#include "talweg/api/train/train.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

/// What happened at each step and epoch, as the observer of a run tells it. Of a long run not every step is kept: when
/// `most_steps` are there, every second is dropped and from then on every second, fourth, … step is taken.
class TrainHistory {
 public:
  static constexpr std::size_t most_steps = 100'000;

  void add(const train::StepEvent& e);
  void add(const train::EpochEvent& e) { epochs_.push_back(e); }

  const std::vector<train::StepEvent>& steps() const { return steps_; }
  const std::vector<train::EpochEvent>& epochs() const { return epochs_; }
  std::int64_t stride() const { return stride_; }  ///< every so many steps one is kept

 private:
  std::vector<train::StepEvent> steps_;
  std::vector<train::EpochEvent> epochs_;
  std::int64_t stride_ = 1;
};

/// The report of a training run: loss and metrics over the epochs, the loss of each batch, the confusion matrix, the
/// worst examples, weights and gradients, the network, settings, what was understood of the data, and how to run it
/// again.
report::html::Page train_page(const api::TrainReport& report, const TrainHistory& history,
                              const Reproduction& reproduction, const PictureOptions& options = {});

/// The picture of a training run: loss and metric over the epochs, and of an inspected model the weights and gradients
/// of its layers and the network.
report::plot::Figure train_picture(const api::TrainReport& report, const TrainHistory& history,
                                   const PictureOptions& options = {});

/// Before the run: throws Error for a range of what is no axis of any picture of training (epoch, loss, accuracy, rmse,
/// rows of a stream) or of its page (step and rate too).
void check_training(const PictureOptions& options, bool page);

}  // namespace talweg::present
