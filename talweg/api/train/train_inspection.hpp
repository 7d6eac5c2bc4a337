#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/train/examples.hpp"
#include "talweg/train/metrics/curves.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::api {

/// A row of the data, what it is and what the model says of it.
struct InspectedRow {
  std::string where;  ///< "digits.csv:17"
  std::string truth, prediction;
  double loss = 0;                                          ///< −log p(truth), or |error| of a regression
  double probability = 0;                                   ///< of what is predicted; NaN without probabilities
  std::vector<std::pair<std::string, double>> inputs = {};  ///< numbers as they stand in the file
  std::vector<double> pixels = {};                          ///< (height, width) where the inputs are a picture
};

/// A piece of the parameters and the gradient of the loss there.
struct InspectedTensor {
  std::string name;
  std::int64_t rows = 0, columns = 0;               ///< columns 0: a vector
  std::vector<double> values = {}, gradients = {};  ///< gradients may be empty: they are not known
};

/// What a report shows of a trained model beyond its metrics.
struct TrainInspection {
  bool on_validation = false;       ///< the rows are validation rows; otherwise training rows
  std::size_t rows = 0, wrong = 0;  ///< looked at; predicted wrongly (classes)
  std::vector<InspectedRow> worst;  ///< by falling loss; of classes only those predicted wrongly
  std::vector<std::string> features;
  std::size_t image_width = 0;  ///< the inputs are square pictures; 0: they are not
  double ink = 1;               ///< the largest value of a pixel
  std::vector<InspectedTensor> tensors;
  std::size_t gradient_rows = 0;                          ///< training rows that the gradients are of
  train::CurvePoints roc, precision_recall, calibration;  ///< of two classes with probabilities; otherwise empty
  train::CurvePoints predicted;                           ///< of numbers: (truth, prediction) of some rows
};

/// Rows of a table that are looked at, and what those of the whole table count (empty: 1 each).
struct RowsToInspect {
  const data::Table& table;
  std::span<const std::uint32_t> rows;
  std::span<const double> weights;
};

/// Predicts the rows, keeps the worst, and draws the curves. Throws Stopped.
void inspect_rows(const train::TrainedModel& model, const RowsToInspect& asked, Pool& pool, const Stop& stop,
                  TrainInspection& out);

/// The parameters of `kept`, and the gradient of the loss of `model`, the same one at work, on the first rows of
/// `training`; the gradients of its network are overwritten. Sparse rows have no gradients here.
template <class T>
void inspect_parameters(const train::TrainedModel& kept, models::Model<T>& model, const train::Examples<T>& training,
                        TrainInspection& out);

}  // namespace talweg::api
