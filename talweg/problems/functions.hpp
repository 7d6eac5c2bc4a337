#pragma once
#include <cstddef>
#include <initializer_list>
#include <span>
#include <vector>

#include "talweg/optim/objective.hpp"

/// Functions that more than one collection uses, for any n that their comment allows. Each writes its gradient and
/// returns f.
namespace talweg::problems {

using In = std::span<const double>;
using Out = std::span<double>;

double rosenbrock(In x, Out g);           ///< n = 2
double wood(In x, Out g);                 ///< n = 4
double gulf(In x, Out g);                 ///< n = 3
double extended_rosenbrock(In x, Out g);  ///< even n
double extended_powell(In x, Out g);      ///< n divisible by 4

double extended_wood(In x, Out g);           ///< n divisible by 4
double raydan_1(In x, Out g);                ///< any n
double arwhead(In x, Out g);                 ///< n >= 2
double engval1(In x, Out g);                 ///< n >= 2
double cosine(In x, Out g);                  ///< n >= 2
double edensch(In x, Out g);                 ///< n >= 2
double tridia(In x, Out g);                  ///< n >= 2
double dqdrtic(In x, Out g);                 ///< n >= 3
double liarwhd(In x, Out g);                 ///< any n
double generalized_rosenbrock(In x, Out g);  ///< n >= 2
double minimal_surface(In x, Out g);         ///< square n
double lbfgsb_driver(In x, Out g);           ///< n >= 2
double torsion(In x, Out g);                 ///< square n

/// (first, second, first, second, …): the shape of many standard starts.
std::vector<double> repeat(std::initializer_list<double> pattern, std::size_t n);
/// The box of the L-BFGS-B driver problem: [1, 100] for x_1, x_3, …, [-100, 100] for x_2, x_4, …
Bounds lbfgsb_driver_box(std::size_t n);
/// The box of the torsion problem: |x| is at most the distance of its grid point to the border.
Bounds torsion_box(std::size_t n);

}  // namespace talweg::problems
