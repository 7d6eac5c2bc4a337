#pragma once
#include <string_view>
#include <vector>

#include "talweg/problems/problem.hpp"

/// Where the catalog gets its problems from: each function appends those of its file, in their published order.
namespace talweg::problems::families {

using List = std::vector<Problem>;

void mgh_1_to_10(List& list);
void mgh_11_to_19(List& list);
void mgh_20_to_27(List& list);
void mgh_28_to_35(List& list);

inline constexpr std::string_view mgh_source = "Moré, Garbow & Hillstrom 1981";

}  // namespace talweg::problems::families
