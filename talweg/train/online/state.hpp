#pragma once
#include <cstdint>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/data/stream/rows.hpp"
#include "talweg/train/events.hpp"

namespace talweg::train::online {

inline constexpr std::int64_t first_milestone = 1000;

/// Where a run stands, apart from its table: plain data, saved and loaded as it is.
struct StreamState {
  std::int64_t epoch = 1;
  std::int64_t offset = 0, line = 1;  ///< of the block at work
  std::int64_t done = 0;              ///< rows of that block that were learned
  std::int64_t row = 0;               ///< rows of this pass
  std::int64_t rows = 0;              ///< of all passes
  std::int64_t milestone = first_milestone;
  std::int64_t pass_over = 0;  ///< nothing of the next one was read yet
  double recent_loss = 0;      ///< with that of this pass added: the loss of the rows since the last milestone
  double recent_weight = 0;    ///< of those rows
  data::stream::Oddities odd;
};

void save(const StreamState& state, Archive& archive);
StreamState load_state(const Archive& archive);

void save(const std::vector<StreamEvent>& milestones, Archive& archive);
std::vector<StreamEvent> load_milestones(const Archive& archive, std::int64_t epochs);

}  // namespace talweg::train::online
