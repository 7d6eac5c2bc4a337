#include "elementary/cases.hpp"

#include <numbers>

#include "talweg/elementary/functions.hpp"
#include "talweg/elementary/lanes.hpp"
#include "talweg/simd/clones.hpp"

namespace talweg::elementary::testing {

namespace {

#define TALWEG_LOOP(name)                                                                          \
  TALWEG_CLONES void lanes_of_##name(const double* x, const double*, double* out, std::size_t n) { \
    for (std::size_t i = 0; i < n; ++i) out[i] = Lanes::name(x[i]);                                \
  }
#define TALWEG_LOOP_OF_TWO(name)                                                                     \
  TALWEG_CLONES void lanes_of_##name(const double* x, const double* y, double* out, std::size_t n) { \
    for (std::size_t i = 0; i < n; ++i) out[i] = Lanes::name(x[i], y[i]);                            \
  }
TALWEG_ELEMENTARY_FUNCTIONS(TALWEG_LOOP, TALWEG_LOOP_OF_TWO)
#undef TALWEG_LOOP
#undef TALWEG_LOOP_OF_TWO

Draw evenly(double low, double high) {
  return [=](Random& r) { return Arguments{r.uniform(low, high), 0}; };
}
double of_any_size(Random& r, double low, double high) { return std::exp2(r.uniform(low, high)); }
double signed_at_random(Random& r, double x) { return r.bits() & 1 ? x : -x; }
/// ±2^e, e evenly from [low, high].
Draw sizes(double low, double high) {
  return [=](Random& r) { return Arguments{signed_at_random(r, of_any_size(r, low, high)), 0}; };
}
Draw positive_sizes(double low, double high) {
  return [=](Random& r) { return Arguments{of_any_size(r, low, high), 0}; };
}
/// at ± 2^e.
Draw near(double at, double low, double high) {
  return [=](Random& r) { return Arguments{at + signed_at_random(r, of_any_size(r, low, high)), 0}; };
}
Draw both(Draw x, Draw y) {
  return [x = std::move(x), y = std::move(y)](Random& r) {
    const double first = x(r).x;
    return Arguments{first, y(r).x};
  };
}
/// A double next to a multiple of π/2.
Arguments near_a_multiple(Random& r) { return {double(r.below(1'000'000)) * (std::numbers::pi / 2), 0}; }
/// β^t, as the corrections of Adam and its kin ask for it.
Arguments of_a_correction(Random& r) { return {r.uniform(0.8, 1), double(1 + r.below(100'000))}; }
/// A power close to the ends of the range.
Arguments near_the_ends(Random& r) {
  const double x = of_any_size(r, -1000, 1000);
  return {x, r.uniform(-1076, 1024) / std::log2(x)};
}

/// Neighbours of seams on both sides and with both signs.
std::vector<Arguments> around(std::initializer_list<double> seams) {
  std::vector<Arguments> out;
  for (const double s : seams)
    for (const double x :
         {s, std::nextafter(s, 0.0), std::nextafter(s, 1e308), std::nextafter(std::nextafter(s, 0), 0)})
      out.push_back({x, 0}), out.push_back({-x, 0});
  return out;
}

#define TALWEG_ONE(f) \
#f, [](double x, double) { return elementary::f(x); }, lanes_of_##f,                                                 \
      [](mpfr_t r, const mpfr_t x, const mpfr_t) { return mpfr_##f(r, x, MPFR_RNDN); },                                \
      [](long double x, long double) { return std::f(x); }, false
#define TALWEG_TWO(f) \
#f, [](double x, double y) { return elementary::f(x, y); }, lanes_of_##f,                                            \
      [](mpfr_t r, const mpfr_t x, const mpfr_t y) { return mpfr_##f(r, x, y, MPFR_RNDN); },                           \
      [](long double x, long double y) { return std::f(x, y); }, true

std::vector<Case> make() {
  // Angles closest to a multiple of π/2 among all doubles (Muller 2006, Elementary Functions, table 11.1), and powers
  // of two beyond the seam of the reductions.
  const std::vector<Arguments> angles = [] {
    std::vector<Arguments> out = around({std::numbers::pi / 4, std::numbers::pi / 2, 3 * std::numbers::pi / 4,
                                         std::numbers::pi, 1.6e6, 0x1p-27, 0x1p-500, 0x1.921fb54442d18p+20});
    out.push_back({std::ldexp(6381956970095103.0, 797), 0});
    out.push_back({std::ldexp(5154357163738571.0, -50), 0});
    out.push_back({0x1.921fb54442d18p+19, 0});
    for (int e = 18; e < 1024; e += 7) out.push_back({std::ldexp(1.0, e), 0}), out.push_back({-std::ldexp(1.7, e), 0});
    return out;
  }();
  const std::vector<Draw> of_angles{sizes(-40, 2), evenly(-20, 20), evenly(-1.6e6, 1.6e6), sizes(20, 1024),
                                    near_a_multiple};
  const std::vector<Draw> of_logarithms{positive_sizes(-1074, 1024), evenly(0.5, 2), near(1, -52, -2)};
  std::vector<Case> cases{
      {TALWEG_ONE(exp),
       0.76,
       {evenly(-745, 709.78), sizes(-60, 2)},
       around({0x1.62e42fefa39efp+9, 0x1.62e42fefa39efp-2, 708.396, 745.13, 0x1p-54, 7.09782712893384e+02})},
      {TALWEG_ONE(exp2),
       0.76,
       {evenly(-1074, 1024), sizes(-60, 2)},
       around({0.5, 1, 1.5, 1022, 1023.9999, 1074, 1022.5})},
      {TALWEG_ONE(expm1),
       0.76,
       {evenly(-50, 709.78), sizes(-60, 2), evenly(-1.2, 1.2)},
       around({0x1p-54, 0x1.62e42fefa39efp-2, 0x1.04p0, 37, 45, 7.09782712893384e+02, 0x1p-1060})},
      {TALWEG_ONE(log), 0.76, of_logarithms,
       around({1, 0x1.6a09e667f3bcdp-1, 0x1.6a09e667f3bcdp+0, 0x1p-1022, 0x1p-1074, 0x1.fffffffffffffp+1023})},
      {TALWEG_ONE(log2), 0.76, of_logarithms,
       around({1, 2, 0x1p-1022, 0x1p-1074, 0x1.6a09e667f3bcdp+0, 0x1.fffffffffffffp+1023})},
      {TALWEG_ONE(log10), 0.76, of_logarithms, around({1, 10, 100, 1e15, 1e22, 0x1p-1022, 0x1.fffffffffffffp+1023})},
      {TALWEG_ONE(log1p),
       0.76,
       {positive_sizes(-1074, 1024), evenly(-1, 2), sizes(-60, -1),
        [](Random& r) {
          return Arguments{-1 + of_any_size(r, -53, -1), 0};
        }},
       around({0x1p-54, 0x1p-53, 0.41421356237309503, 0.2928932188134524, 1, 0x1p53, 0x1.fffffffffffffp+1023})},
      {TALWEG_ONE(sin), 0.85, of_angles, angles},
      {TALWEG_ONE(cos), 0.85, of_angles, angles},
      {TALWEG_ONE(tan), 0.97, of_angles, angles},
      {TALWEG_ONE(asin),
       0.76,
       {evenly(-1, 1), sizes(-60, 0),
        [](Random& r) {
          return Arguments{signed_at_random(r, 1 - of_any_size(r, -53, -1)), 0};
        }},
       around({0.5, 1, 0x1p-30, 0x1p-1040})},
      {TALWEG_ONE(acos),
       0.76,
       {evenly(-1, 1), sizes(-60, 0),
        [](Random& r) {
          return Arguments{signed_at_random(r, 1 - of_any_size(r, -53, -1)), 0};
        }},
       around({0.5, 1, 0x1p-30, 0x1p-1040})},
      {TALWEG_ONE(atan),
       0.76,
       {sizes(-60, 70), evenly(-4, 4)},
       around({0x1.a827999fcef32p-2, 0x1.3504f333f9de6p+1, 1, 0x1p100, 0x1p-1040, 0x1.fffffffffffffp+1023})},
      {TALWEG_ONE(sinh),
       0.85,
       {evenly(-710.4, 710.4), sizes(-30, 3), evenly(0.9, 2.5)},
       around({1, 0x1p-28, 709.78, 710.4758600739439, 0x1p-1040})},
      {TALWEG_ONE(cosh),
       0.8,
       {evenly(-710.4, 710.4), sizes(-30, 3), evenly(0, 2.5)},
       around({1, 0x1p-28, 0x1.62e42fefa39efp-2, 709.78, 710.4758600739439})},
      {TALWEG_ONE(tanh),
       0.76,
       {evenly(-22, 22), sizes(-30, 3), evenly(0, 1.5)},
       around({0x1.62e42fefa39efp-3, 0x1p-28, 19.06154746539849, 22, 0x1p-1040})},
      {TALWEG_ONE(erf),
       0.95,
       {evenly(-6.5, 6.5), sizes(-60, 0), evenly(0.7, 1.8)},
       around({0.75, 1.125, 1.5, 5.921587195794507, 6, 0x1p-1040})},
      {TALWEG_ONE(cbrt),
       0.55,
       {sizes(-1074, 1024), evenly(1, 8)},
       around({1, 2, 4, 8, 27, 0x1p-1022, 0x1p-1074, 0x1.fffffffffffffp+1023})},
      {TALWEG_TWO(pow),
       0.8,
       {both(positive_sizes(-1074, 1024), sizes(-10, 10)), both(evenly(0.5, 2), evenly(-700, 700)), of_a_correction,
        both(evenly(0, 10), evenly(-10, 10)), near_the_ends, both(near(1, -52, -2), sizes(-10, 62))},
       {{10, 22},
        {10, -22},
        {10, 308},
        {2, 1023},
        {2, -1074},
        {0.5, 1074},
        {3, 33},
        {-3, 33},
        {-3, 34},
        {0x1.fffffffffffffp-1, 0x1p62},
        {0x1.0000000000001p0, 0x1p60},
        {0x1.3988e1409212ep+0, 700},
        {0x1.bb67ae8584caap-1, 1000},
        {0x1p-1074, 1},
        {0x1p-1074, -0.5},
        {9, 0.5},
        {0.999, 1e5},
        {1e300, 1e-300}}},
      {TALWEG_TWO(atan2),
       0.76,
       {both(sizes(-1074, 1023), sizes(-1074, 1023)), both(evenly(-10, 10), evenly(-10, 10)),
        both(sizes(-20, 20), sizes(-20, 20))},
       {{1, 1},
        {-1, -1},
        {1e308, 1e308},
        {1e-308, 1e308},
        {1e308, -1e-308},
        {0x1p-1074, 1},
        {0x1p-1074, 0x1p-1074},
        {0x1p-1074, 3},
        {0x1p-1000, 0x1p-60},
        {3, -0x1p-1074},
        {0x1.3504f333f9de6p+1, 1},
        {0x1.a827999fcef32p-2, 1},
        {0x1p-801, 3},
        {3, 0x1.8p850}}},
      {TALWEG_TWO(hypot),
       0.76,
       {both(sizes(-1074, 1023), sizes(-1074, 1023)), both(evenly(0, 10), evenly(0, 10)),
        both(sizes(-540, -530), sizes(-540, -530))},
       {{3, 4},
        {1e308, 1e308},
        {0x1p-1074, 0x1p-1074},
        {0x1p500, 0x1p490},
        {0x1.1p500, 1},
        {0x1p-400, 0x1p-410},
        {0x1p-1022, 0x1p-1023},
        {1, 0x1p-27},
        {0x1.fffffffffffffp+1023, 1}}}};
  return cases;
}

}  // namespace

std::span<const Case> all_cases() {
  static const std::vector<Case> cases = make();
  return cases;
}

}  // namespace talweg::elementary::testing
