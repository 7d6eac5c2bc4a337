#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace talweg::report::plot {

/// Which of the values to draw so that the picture is the same with fewer: 0 … n−1 is cut into `buckets` equal parts,
/// and of each the first, the smallest, the largest and the last finite value are kept, in their order; so no peak is
/// lost. Up to 4·buckets values are all kept.
std::vector<std::size_t> thin(std::span<const double> values, std::size_t buckets);

/// `count` of the numbers 0 … n−1 for a table or a slider: all of them when they are few; otherwise the first quarter
/// of `count` without gaps, then gaps that grow evenly, and always the last.
std::vector<std::size_t> thin_steps(std::size_t n, std::size_t count);

}  // namespace talweg::report::plot
