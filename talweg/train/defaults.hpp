#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "talweg/models/model_spec.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::train {

/// What runs where the user names nothing.
struct Defaults {
  std::string optimizer, schedule;
  std::int64_t epochs = 0, batch_size = 0;
  bool online = false;  ///< rows one at a time in the order of the file, as FTRL is made for
};

/// l2 of a network for classes on so many training rows, where the user names neither a method nor a penalty.
double default_penalty(std::size_t rows);

/// `method` is the one that the user named, or null. `rows` is the number of training rows.
Defaults defaults_for(const models::ModelSpec& spec, const FirstOrder* method, std::size_t rows);

/// Whether a model without a named method is fitted exactly, by L-BFGS on all rows: one without hidden layer whose
/// smooth objective has an optimum, on a table of at most 10⁷ cells.
bool prefers_full_batch(const models::ModelSpec& spec, std::string_view loss, std::size_t rows, std::size_t inputs);

}  // namespace talweg::train
