#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/data/preprocess.hpp"
#include "talweg/train/trainer.hpp"

namespace talweg::api {

/// A row of the data, what it is and what the model says of it.
struct InspectedRow {
  std::string where;  ///< "digits.csv:17"
  std::string truth, prediction;
  double loss = 0;             ///< −log p(truth), or |error| of a regression
  double probability = 0;      ///< of what is predicted; NaN without probabilities
  std::vector<double> inputs;  ///< (features) as they stand in the file; codes for texts
};

/// A piece of the parameters and the gradient of the loss there.
struct InspectedTensor {
  std::string name;
  std::int64_t rows = 0, columns = 0;  ///< columns 0: a vector
  std::vector<double> values, gradients;
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
  std::size_t gradient_rows = 0;  ///< training rows that the gradients are of
};

/// The rows that a trained model was shown, in both forms.
template <class T> struct InspectedData {
  const data::Table& table;             ///< the rows are rows of this table
  std::span<const std::uint32_t> rows;  ///< their numbers there
  const train::Examples<T>& examples;
};

/// Predicts `shown` and differentiates the loss on the first rows of `training`; the gradients of the network are
/// overwritten.
template <class T>
TrainInspection inspect(models::Model<T>& model, const InspectedData<T>& shown, const train::Examples<T>& training,
                        const data::Preprocess& preprocess, const data::Target& target);

}  // namespace talweg::api
