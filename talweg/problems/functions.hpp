#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// Functions that more than one collection uses, for any n that their comment allows. Each writes its gradient and
/// returns f.
namespace talweg::problems {

using In = std::span<const double>;
using Out = std::span<double>;

double rosenbrock(In x, Out g);           ///< n = 2
double wood(In x, Out g);                 ///< n = 4
double extended_rosenbrock(In x, Out g);  ///< even n
double extended_powell(In x, Out g);      ///< n divisible by 4

/// (first, second, first, second, …): the shape of many standard starts.
std::vector<double> repeat(std::initializer_list<double> pattern, std::size_t n);

}  // namespace talweg::problems
