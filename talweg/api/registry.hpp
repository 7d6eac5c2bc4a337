#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/describe.hpp"

/// Everything that has a name, as plain descriptions: what lists, help, tables and pages are made of.
namespace talweg::api {

/// Joining the list is all that a new topic needs.
struct Topic {
  std::string_view name;             ///< "optimizers"
  std::vector<ItemInfo> (*items)();  ///< an entry for each variant, those of one name together
};
/// Optimizers, schedules, clips, models, layers, losses, activations.
std::span<const Topic> topics();

struct Found {
  std::string_view topic;
  std::vector<ItemInfo> items;
};
/// Every item so called, by topic: by its name ("adam": all variants), its label ("adam:keras"), or another name that
/// is in use for it ("CG-FR"). Capitals and hyphens do not matter. Empty where there is none.
std::vector<Found> find_items(std::string_view name);

/// What courses and other programs call the items of that name: "L-BFGS-BF", "mini-batch (in batches of some rows)".
std::vector<std::string> other_names(std::string_view name);
/// Whether an optimizer is one of fits, which takes residuals where the others take one number.
bool takes_residuals(const ItemInfo& optimizer);

/// What a table says of the method that a spec names; empty for a method of a user's own.
Guidance guidance_of(std::string_view spec);

}  // namespace talweg::api
