#pragma once
#include <cstdint>
#include <string>

#include "talweg/models/model_spec.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::train {

/// What runs where the user names nothing.
struct Defaults {
  std::string optimizer, schedule;
  std::int64_t epochs = 0, batch_size = 0;
  bool online = false;  ///< rows one at a time in the order of the file, as FTRL is made for
};

/// `method` is the one that the user named, or null. `rows` is the number of training rows.
Defaults defaults_for(const models::ModelSpec& spec, const FirstOrder* method, std::size_t rows);

}  // namespace talweg::train
