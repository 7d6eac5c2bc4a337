#pragma once
#include <span>
#include <string>
#include <string_view>

namespace talweg {

/// What a method is called elsewhere.
struct MethodAlias {
  std::string_view alias;  ///< "CG-FR"; compared by `folded`
  std::string_view label;  ///< "cg:fr"
  std::string_view with =
      "";  ///< what makes the method the one of that name, where the spec does not: "in batches of some rows"
};
std::span<const MethodAlias> method_aliases();

/// The spec with the usual name in front: "L-BFGS,memory=5" is "lbfgs,memory=5", "CG-FR" is "cg:fr". Capitals and
/// hyphens do not matter, and other names of a method are known. A name that means none of `names` stays as it is.
std::string usual_spec(std::string_view spec, std::span<const std::string_view> names);

}  // namespace talweg
