#pragma once
#include <string_view>
#include <vector>

#include "talweg/problems/problem.hpp"

/// Where the catalog gets its problems from: each function appends those of its file.
namespace talweg::problems::families {

using List = std::vector<Problem>;

void mgh_1_to_10(List& list);
void mgh_11_to_19(List& list);
void mgh_20_to_27(List& list);
void mgh_28_to_35(List& list);

void holdout_separable(List& list);
void holdout_chained(List& list);
void holdout_fits(List& list);

void bounded_hock_schittkowski(List& list);
void bounded(List& list);

void hock_schittkowski_6_to_24(List& list);
void hock_schittkowski_26_to_43(List& list);
void hock_schittkowski_46_to_66(List& list);
void hock_schittkowski_71_to_113(List& list);

/// `name` is one of large().
Problem large_problem(std::string_view name);

inline constexpr std::string_view mgh_source = "Moré, Garbow & Hillstrom 1981";

}  // namespace talweg::problems::families
