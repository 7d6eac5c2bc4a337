#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "talweg/base/archive_form.hpp"
#include "talweg/optim/method.hpp"

/// What `Minimizer` puts into an archive: what decides the path beside f, which must agree when the run is taken up,
/// and its state as bytes.
namespace talweg::saved_run {

/// The entries, of the form that every checkpoint with a Minimizer in it has.
std::span<const EntryForm> entries();
inline constexpr std::string_view state_entry = "minimizer.state", method_entry = "minimizer.method";

/// What a run was begun with.
struct Setup {
  const MethodTraits& traits;
  const Options& options;
  const Bounds& bounds;
  std::span<const double> x0;
  const Run& run;  ///< a rule knows its schedule, its clipping and its groups
};
void put(Archive& archive, const Setup& setup);
/// Throws Error naming what the saved run has, and this one has not.
void require_same(const Archive& archive, const Setup& setup);

/// The slots of a rule may have grown beyond all numbers while x still is one.
bool holds_numbers(const Run& run);

}  // namespace talweg::saved_run
