#include "stationary.hpp"

#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

using End = StationaryStart::End;
using text::cat;

constexpr double sqrt2 = 1.4142135623730951;

/// |x|^2 - 2 s^2 + s^4 with s = sum x_i / sqrt(n): at 0 one eigenvalue is negative, n - 1 are positive; the least value
/// is -1/4.
StationaryStart one_way_down(int n) {
  std::string squares, sum, start;
  for (int i = 1; i <= n; ++i) {
    squares += cat(i > 1 ? "+" : "", "x", i, "^2");
    sum += cat(i > 1 ? "+" : "", "x", i);
    start += cat(i > 1 ? "," : "", "x", i, "=0");
  }
  return {cat("one_way_down_", n), cat(squares, "-2*(", sum, ")^2/", n, "+((", sum, ")^2/", n, ")^2"), start};
}

std::vector<StationaryStart> free_saddles_and_maxima() {
  const std::string himmelblau = "(x^2+y-11)^2+(x+y^2-7)^2";
  const std::string camel = "(4-2.1*x^2+x^4/3)*x^2+x*y+(-4+4*y^2)*y^2";
  const std::vector<double> camel_minima{-1.0316284534898774, -0.21546382438371803, 2.1042503103112};
  std::vector<StationaryStart> list{
      {"cosine_maximum", "cos(x)", "x=0", "", {}, End::minimum, {-1}},
      {"sine_maximum_rounded", "sin(x)", "x=1.5707963267948966", "", {}, End::minimum, {-1}},
      {"quartic_saddle", "x^2-y^2+y^4", "x=0,y=0", "", {}, End::minimum, {-.25}},
      {"quartic_saddle_on_its_ridge", "x^2-y^2+y^4", "x=1,y=0", "", {}, End::minimum, {-.25}},
      {"quartic_saddle_f_shifted", "1e6+x^2-y^2+y^4", "x=0,y=0", "", {}, End::minimum, {1e6 - .25}},
      {"quartic_saddle_f_small", "1e-8*(x^2-y^2+y^4)", "x=0,y=0", "", {}, End::minimum, {-.25e-8}},
      {"quartic_saddle_f_large", "1e8*(x^2-y^2+y^4)", "x=0,y=0", "", {}, End::minimum, {-.25e8}},
      {"quartic_saddle_x_small", "(x/1e-8)^2-(y/1e-8)^2+(y/1e-8)^4", "x=0,y=0", "", {}, End::minimum, {-.25}},
      {"quartic_saddle_x_large", "(x/1e8)^2-(y/1e8)^2+(y/1e8)^4", "x=0,y=0", "", {}, End::minimum, {-.25}},
      {"double_well_top", "(x^2-1)^2", "x=0", "", {}, End::minimum, {0}},
      {"double_well_saddle", "x^4-2*x^2+y^2", "x=0,y=0", "", {}, End::minimum, {-1}},
      {"sines_saddle", "sin(x)*sin(y)", "x=0,y=0", "", {}, End::minimum, {-1}},
      {"sines_saddle_rounded", "sin(x)*sin(y)", "x=3.141592653589793,y=0", "", {}, End::minimum, {-1}},
      {"cosines_maximum", "1-cos(x)*cos(y)", "x=3.141592653589793,y=0", "", {}, End::minimum, {0}},
      {"himmelblau_maximum", himmelblau, "x=-.270844590667,y=-.923038522", "", {}, End::minimum, {0}},
      {"himmelblau_saddle_east", himmelblau, "x=3.385154183607,y=.073851879838", "", {}, End::minimum, {0}},
      {"himmelblau_saddle_north", himmelblau, "x=.086677504555,y=2.884254701175", "", {}, End::minimum, {0}},
      {"himmelblau_saddle_west", himmelblau, "x=-3.073025750764,y=-.081353044288", "", {}, End::minimum, {0}},
      {"six_hump_camel_saddle", camel, "x=0,y=0", "", {}, End::minimum, camel_minima},
      {"bell_maximum", "exp(-x^2)", "x=0", "", {}, End::minimum, {0}},
      {"bell_maximum_2d", "exp(-x^2-y^2)", "x=0,y=0", "", {}, End::minimum, {0}},
  };
  for (const int n : {10, 60}) {
    list.push_back(one_way_down(n));
    list.back().ends = {-.25};
  }
  return list;
}

std::vector<StationaryStart> free_degenerate() {
  return {
      {"inflection_passed", "x^3", "x=1", "", {}, End::unbounded},
      {"inflection_passed_2d", "x^3+y^2", "x=1,y=1", "", {}, End::unbounded},
      {"inflection_cubic", "x^3", "x=0", "", {}, End::unbounded},
      {"inflection_quintic", "x^5", "x=0", "", {}, End::unbounded},
      {"saddle_unbounded", "x^2-y^2", "x=0,y=0", "", {}, End::unbounded},
      {"saddle_product", "x*y", "x=0,y=0", "", {}, End::unbounded},
      {"monkey_saddle_free", "x^3-3*x*y^2", "x=0,y=0", "", {}, End::unbounded},
      {"kink_maximum_of_distances", "min(abs(x-1),abs(x+1))", "x=0", "", {}, End::minimum, {0}},
      {"kink_then_plateau", "max(-abs(x),-1)", "x=0", "", {}, End::minimum, {-1}},
      {"maximum_then_plateau", "max(-x^2,-1)", "x=0", "", {}, End::minimum, {-1}},
      {"constant", "0*x+3", "x=1", "", {}, End::least, {3}},
      {"flat_minimum", "x^4", "x=0", "", {}, End::least, {0}},
      {"flat_minimum_shifted", "7+(x-2)^8", "x=2", "", {}, End::least, {7}},
      {"minimum_of_a_bell", "1-exp(-x^2)", "x=0", "", {}, End::least, {0}},
  };
}

std::vector<StationaryStart> in_boxes() {
  return {
      {"maximum_in_a_box", "-x^2", "x=0", "x=-1:3", {}, End::minimum, {-9, -1}},
      {"maximum_on_a_bound", "-x^2", "x=0", "x=0:2", {}, End::minimum, {-4}},
      {"maximum_quartic", "-x^4", "x=0", "x=-1:2", {}, End::minimum, {-16, -1}},
      {"cubic_on_a_bound", "-x^3", "x=0", "x=0:2", {}, End::minimum, {-8}},
      {"cubic_on_an_upper_bound", "(x-1)^3", "x=1", "x=0:1", {}, End::minimum, {-1}},
      {"inflection_in_a_box", "x^3+y^2", "x=1,y=1", "x=-2:2,y=-2:2", {}, End::minimum, {-8}},
      {"monkey_saddle", "x^3-3*x*y^2", "x=0,y=0", "x=-1:1,y=-1:1", {}, End::minimum, {-2, -1}},
      {"saddle_quartic", "x^4-y^4", "x=0,y=0", "x=-1:1,y=-1:1", {}, End::minimum, {-1}},
      {"saddle_on_a_bound", "x*y", "x=0,y=0", "x=0:1,y=-1:1", {}, End::minimum, {-1}},
      {"saddle_in_a_corner", "-x*y", "x=0,y=0", "x=0:1,y=0:2", {}, End::minimum, {-2}},
      {"kink_maximum", "-abs(x)", "x=0", "x=-1:2", {}, End::minimum, {-2, -1}},
      {"kink_of_two_lines", "min(x,-x)", "x=0", "x=-2:1", {}, End::minimum, {-2, -1}},
      {"kink_saddle", "abs(x)-2*abs(y)", "x=0,y=0", "x=-1:1,y=-1:1", {}, End::minimum, {-2}},
      {"product_and_cubic", "x^2*y^2-y^3", "x=0,y=0", "x=-1:1,y=-1:1", {}, End::minimum, {-1}},
      {"peano", "(x^2-y)*(x^2-3*y)", "x=0,y=0", "x=-1:1,y=-1:1", {}, End::minimum, {-1.0 / 3}},
  };
}

std::vector<StationaryStart> under_constraints() {
  const std::string ellipsoid = "x^2+2*y^2+3*z^2";
  const std::vector<std::string> sphere{"x^2+y^2+z^2=1"};
  return {
      {"saddle_in_a_disc", "x*y", "x=0,y=0", "", {"x^2+y^2<=1"}, End::minimum, {-.5}},
      {"saddle_in_a_wide_disc", "x^2-y^2", "x=0,y=0", "", {"x^2+y^2<=4"}, End::minimum, {-4}},
      {"maximum_on_a_circle",
       "x+y",
       "x=.7071067811865476,y=.7071067811865476",
       "",
       {"x^2+y^2=1"},
       End::minimum,
       {-sqrt2}},
      {"maximum_on_a_sphere", ellipsoid, "x=0,y=0,z=1", "", sphere, End::minimum, {1}},
      {"saddle_on_a_sphere", ellipsoid, "x=0,y=1,z=0", "", sphere, End::minimum, {1}},
      {"maximum_with_a_zero_multiplier", "-x^2", "x=0", "", {"x>=0", "x<=2"}, End::minimum, {-4}},
      {"saddle_with_a_zero_multiplier", "y^2-x^2", "x=0,y=0", "", {"x>=0", "x<=1"}, End::minimum, {-1}},
      {"saddle_on_a_line", "x*y", "x=0,y=0", "x=-1:1", {"x+y=0"}, End::minimum, {-1}},
      {"hs33_beside_its_start",
       "(x-1)*(x-2)*(x-3)+0*y+z",
       "x=0,y=0,z=2",
       "x=0:inf,y=0:inf,z=0:5",
       {"z^2-y^2-x^2>=0", "x^2+y^2+z^2>=4"},
       End::minimum,
       {sqrt2 - 6}},
      {"maximum_of_a_squared_circle", "x+y", "x=1,y=1", "", {"(x^2+y^2-1)^2=0"}, End::anywhere, {-sqrt2}},
  };
}

}  // namespace

const std::vector<StationaryStart>& stationary_starts() {
  static const std::vector<StationaryStart> starts = [] {
    std::vector<StationaryStart> all;
    for (auto* part : {free_saddles_and_maxima, free_degenerate, in_boxes, under_constraints})
      for (StationaryStart& start : part()) all.push_back(std::move(start));
    return all;
  }();
  return starts;
}

}  // namespace talweg::api
