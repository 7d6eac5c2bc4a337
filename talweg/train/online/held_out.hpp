#pragma once
#include <cstdint>

namespace talweg::train::online {

enum class RowPart { training, validation, test };

/// Rows of a stream that nothing is learned from: by a hash of their number, so that no list of them is needed.
struct HeldOut {
  double share = 0;  ///< for validation, of what the test leaves
  double test_share = 0;
  std::uint64_t seed = 0;
  RowPart part_of(std::int64_t row) const;
};

/// Which rows of a text are meant: those of a part, or, with nothing held out, all.
struct RowsOfPart {
  HeldOut held_out = {};
  RowPart part = RowPart::training;
  bool operator()(std::int64_t row) const { return held_out.part_of(row) == part; }
};

}  // namespace talweg::train::online
