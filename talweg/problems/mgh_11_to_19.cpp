#include <array>
#include <cmath>

#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/sum_of_squares.hpp"

namespace talweg::problems {

double wood(In x, Out g) {
  static const double r90 = std::sqrt(90.0), r10 = std::sqrt(10.0);
  SumOfSquares sum(g);
  sum.add(10 * (x[1] - x[0] * x[0]), {-20 * x[0], 10});
  sum.add(1 - x[0], {-1});
  sum.add(r90 * (x[3] - x[2] * x[2]), {0, 0, -2 * r90 * x[2], r90});
  sum.add(1 - x[2], {0, 0, -1});
  sum.add(r10 * (x[1] + x[3] - 2), {0, r10, 0, r10});
  sum.add((x[1] - x[3]) / r10, {0, 1 / r10, 0, -1 / r10});
  return sum.value();
}

/// The formula as printed has |y m i x_2|, a misprint for |y - x_2|; the authors' program (m = 99) is followed.
double gulf(In x, Out g) {
  SumOfSquares sum(g);
  for (int i = 1; i <= 99; ++i) {
    const double t = i / 100.0, y = 25 + std::cbrt(std::pow(50 * std::log(t), 2));
    const double away = y - x[1], distance = std::abs(away);
    const double power = std::pow(distance, x[2]) / x[0], e = std::exp(-power);
    sum.add(e - t, {e * power / x[0], e * power * x[2] / away, -e * power * std::log(distance)});
  }
  return sum.value();
}

namespace {

double box_3d(In x, Out g) {
  SumOfSquares sum(g);
  for (int i = 1; i <= 10; ++i) {
    const double t = 0.1 * i, e0 = std::exp(-t * x[0]), e1 = std::exp(-t * x[1]);
    const double known = std::exp(-t) - std::exp(-10 * t);
    sum.add(e0 - e1 - x[2] * known, {-t * e0, t * e1, -known});
  }
  return sum.value();
}

double kowalik_osborne(In x, Out g) {
  static constexpr std::array y{0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
  static constexpr std::array u{4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double top = u[i] * (u[i] + x[1]), bottom = u[i] * (u[i] + x[2]) + x[3];
    const double slope = x[0] * top / (bottom * bottom);
    sum.add(y[i] - x[0] * top / bottom, {-top / bottom, -x[0] * u[i] / bottom, slope * u[i], slope});
  }
  return sum.value();
}

double brown_dennis(In x, Out g) {
  SumOfSquares sum(g);
  for (int i = 1; i <= 20; ++i) {
    const double t = i / 5.0, sine = std::sin(t);
    const double a = x[0] + t * x[1] - std::exp(t), b = x[2] + sine * x[3] - std::cos(t);
    sum.add(a * a + b * b, {2 * a, 2 * a * t, 2 * b, 2 * b * sine});
  }
  return sum.value();
}

double osborne_1(In x, Out g) {
  static constexpr std::array y{0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751,
                                0.718, 0.685, 0.658, 0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490,
                                0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double t = 10 * static_cast<double>(i), e3 = std::exp(-t * x[3]), e4 = std::exp(-t * x[4]);
    sum.add(y[i] - (x[0] + x[1] * e3 + x[2] * e4), {-1, -e3, -e4, t * x[1] * e3, t * x[2] * e4});
  }
  return sum.value();
}

double biggs_exp6(In x, Out g) {
  SumOfSquares sum(g);
  for (int i = 1; i <= 13; ++i) {
    const double t = 0.1 * i, y = std::exp(-t) - 5 * std::exp(-10 * t) + 3 * std::exp(-4 * t);
    const double e0 = std::exp(-t * x[0]), e1 = std::exp(-t * x[1]), e4 = std::exp(-t * x[4]);
    sum.add(x[2] * e0 - x[3] * e1 + x[5] * e4 - y, {-t * x[2] * e0, t * x[3] * e1, e0, -e1, -t * x[5] * e4, e4});
  }
  return sum.value();
}

double osborne_2(In x, Out g) {
  static constexpr std::array y{1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746,
                                0.679, 0.608, 0.655, 0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649,
                                0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395,
                                0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653,
                                0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739,
                                0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double t = static_cast<double>(i) / 10, d1 = t - x[8], d2 = t - x[9], d3 = t - x[10];
    const double e0 = std::exp(-t * x[4]), e1 = std::exp(-d1 * d1 * x[5]);
    const double e2 = std::exp(-d2 * d2 * x[6]), e3 = std::exp(-d3 * d3 * x[7]);
    const double p0 = x[0] * e0, p1 = x[1] * e1, p2 = x[2] * e2, p3 = x[3] * e3;
    sum.add(y[i] - (p0 + p1 + p2 + p3), {-e0, -e1, -e2, -e3, t * p0, d1 * d1 * p1, d2 * d2 * p2, d3 * d3 * p3,
                                         -2 * d1 * x[5] * p1, -2 * d2 * x[6] * p2, -2 * d3 * x[7] * p3});
  }
  return sum.value();
}

}  // namespace

void families::mgh_11_to_19(List& list) {
  const auto add = [&](int number, const char* name, Function f, std::vector<double> start,
                       std::vector<double> optima) {
    list.push_back({name, number, mgh_source, std::move(start), std::move(optima), std::move(f)});
  };
  add(11, "gulf", gulf, {5, 2.5, 0.15}, {0});
  add(12, "box_3d", box_3d, {0, 10, 20}, {0});
  add(13, "powell_singular", extended_powell, {3, -1, 0, 1}, {0});
  add(14, "wood", wood, {-3, -1, -3, -1}, {0});
  add(15, "kowalik_osborne", kowalik_osborne, {0.25, 0.39, 0.415, 0.39}, {3.0750560384923637e-4});
  add(16, "brown_dennis", brown_dennis, {25, 5, -5, -1}, {85822.20162635625});
  add(17, "osborne_1", osborne_1, {0.5, 1.5, -1, 0.01, 0.02}, {5.464894697482331e-5});
  // The start has x_1 = x_5 and x_3 = x_6, which a gradient keeps; the second value, which the paper lists, is the
  // minimum among such points, and a saddle among all: along (1, 0, 0, 0, -1, 0) the curvature is -0.0098.
  add(18, "biggs_exp6", biggs_exp6, {1, 2, 1, 1, 1, 1}, {0, 5.655649926757962e-3});
  list.back().saddles = {5.655649926757962e-3};
  add(19, "osborne_2", osborne_2, {1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5},
      {4.013773629354769e-2, 8.759472409341576e-2});
}

}  // namespace talweg::problems
