#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/model.hpp"
#include "talweg/base/export.hpp"

namespace talweg {

namespace data {
struct SparseRows;
}

/// A linear model that learns rows as a program brings them, once each and in their order, with one sparse step for
/// each row: what a stream does with the rows of a text, where there is no text. In between it gives models. Rows
/// brought in any number of pieces give the weights, bit for bit, that they give in one.
class TALWEG_API IncrementalModel {
 public:
  struct Request {
    std::string model = "logistic";    ///< linear, logistic or softmax
    std::string optimizer = "ftrl";    ///< a first-order method that steps coordinates on their own
    std::vector<std::string> classes;  ///< by their places 0, 1, …, as texts; linear has none
    std::string loss;                  ///< empty: the usual one of the model
  };
  /// Throws Error for wrong use.
  explicit IncrementalModel(const Request& request);
  IncrementalModel(IncrementalModel&&) noexcept;
  IncrementalModel& operator=(IncrementalModel&&) noexcept;
  ~IncrementalModel();

  /// `targets` (rows): numbers, or the places of classes. Columns count from 0 and may be more than before. Throws
  /// Error for targets that are none, before anything is learned; and naming the row, counted from 1, whose output is
  /// no finite number, when the rows before it were learned.
  void learn(const data::SparseRows& rows, std::span<const double> targets);
  std::int64_t rows() const;  ///< learned so far
  LoadedModel model() const;  ///< as it is now

  /// Everything that decides the future, as bytes, and the way back. Throws Error for bytes that are none or damaged.
  std::string state() const;
  static IncrementalModel from_state(std::string_view bytes);

 private:
  struct Parts;
  explicit IncrementalModel(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace talweg
