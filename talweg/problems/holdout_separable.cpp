#include <array>
#include <cmath>
#include <numeric>

#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/sum_of_squares.hpp"

namespace talweg::problems {

double extended_wood(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i + 3 < x.size(); i += 4) f += wood(x.subspan(i, 4), g.subspan(i, 4));
  return f;
}

/// sum of i/10 (e^x_i - x_i)
double raydan_1(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = static_cast<double>(i + 1) / 10, e = std::exp(x[i]);
    f += weight * (e - x[i]);
    g[i] = weight * (e - 1);
  }
  return f;
}

namespace {

constexpr std::string_view andrei = "Andrei 2008";

/// Pairs (a, b): (a^2 + b - 11)^2 + (a + b^2 - 7)^2
double extended_himmelblau(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    const double u = x[i] * x[i] + x[i + 1] - 11, v = x[i] + x[i + 1] * x[i + 1] - 7;
    f += u * u + v * v;
    g[i] = 4 * x[i] * u + 2 * v;
    g[i + 1] = 2 * u + 4 * x[i + 1] * v;
  }
  return f;
}

/// Pairs (a, b): (a + b - 3)^2 + (a - b + 1)^4
double extended_tridiagonal_1(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    const double u = x[i] + x[i + 1] - 3, v = x[i] - x[i + 1] + 1, cube = v * v * v;
    f += u * u + cube * v;
    g[i] = 2 * u + 4 * cube;
    g[i + 1] = 2 * u - 4 * cube;
  }
  return f;
}

/// Pairs (a, b) in the place of Beale's two variables.
double extended_beale(In x, Out g) {
  static constexpr std::array y{1.5, 2.25, 2.625};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    double power = 1;
    for (std::size_t k = 0; k < y.size(); ++k) {
      const double slope = x[i] * static_cast<double>(k + 1) * power;
      power *= x[i + 1];
      sum.add_from(i, y[k] - x[i] * (1 - power), {power - 1, slope});
    }
  }
  return sum.value();
}

/// sum of e^x_i - sqrt(i) x_i
double hager(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double root = std::sqrt(static_cast<double>(i + 1)), e = std::exp(x[i]);
    f += e - root * x[i];
    g[i] = e - root;
  }
  return f;
}

/// sum of i x_i^2 + (sum of x_i)^2 / 100
double perturbed_quadratic(In x, Out g) {
  const double total = std::accumulate(x.begin(), x.end(), 0.0);
  double f = total * total / 100;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weighted = static_cast<double>(i + 1) * x[i];
    f += weighted * x[i];
    g[i] = 2 * weighted + total / 50;
  }
  return f;
}

/// sum of (i x_i)^2
double power(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = static_cast<double>(i + 1), r = weight * x[i];
    f += r * r;
    g[i] = 2 * weight * r;
  }
  return f;
}

/// sum of (x_i - i)^4
double quartic(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double r = x[i] - static_cast<double>(i + 1), cube = r * r * r;
    f += cube * r;
    g[i] = 4 * cube;
  }
  return f;
}

/// |x|^2 + w^2 + w^4 with w = sum of i x_i / 2
double zakharov(In x, Out g) {
  double f = 0, w = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    f += x[i] * x[i];
    w += static_cast<double>(i + 1) / 2 * x[i];
  }
  for (std::size_t i = 0; i < x.size(); ++i) g[i] = 2 * x[i] + static_cast<double>(i + 1) / 2 * (2 * w + 4 * w * w * w);
  return f + w * w + w * w * w * w;
}

struct Dixmaan {
  double alpha, beta, gamma, delta;
  std::array<int, 4> powers;  ///< of i/n in the four terms
};

/// 1 + sum of alpha x_i^2 + beta x_i^2 (x_(i+1) + x_(i+1)^2)^2 + gamma x_i^2 x_(i+m)^4 + delta x_i x_(i+2m), n = 3m,
/// each term times a power of i/n, each sum as far as its indices reach.
template <Dixmaan P> double dixmaan(In x, Out g) {
  const std::size_t n = x.size(), m = n / 3;
  std::fill(g.begin(), g.end(), 0.0);
  double f = 1;
  for (std::size_t i = 0; i < n; ++i) {
    const double part = static_cast<double>(i + 1) / static_cast<double>(n), v = x[i], square = v * v;
    const auto weight = [&](double factor, int power) { return factor * std::pow(part, power); };
    const double a = weight(P.alpha, P.powers[0]);
    f += a * square;
    g[i] += 2 * a * v;
    if (i + 1 < n) {
      const double b = weight(P.beta, P.powers[1]), w = x[i + 1], s = w + w * w;
      f += b * square * s * s;
      g[i] += 2 * b * v * s * s;
      g[i + 1] += 2 * b * square * s * (1 + 2 * w);
    }
    if (i < 2 * m) {
      const double c = weight(P.gamma, P.powers[2]), w = x[i + m], cube = w * w * w;
      f += c * square * cube * w;
      g[i] += 2 * c * v * cube * w;
      g[i + m] += 4 * c * square * cube;
    }
    if (i < m) {
      const double d = weight(P.delta, P.powers[3]), w = x[i + 2 * m];
      f += d * v * w;
      g[i] += d * w;
      g[i + 2 * m] += d * v;
    }
  }
  return f;
}

}  // namespace

void families::holdout_separable(List& list) {
  const auto add = [&](const char* name, std::string_view source, Function f, std::vector<double> start,
                       double optimum) {
    list.push_back({name, 0, source, std::move(start), {optimum}, std::move(f)});
    list.back().collection = Collection::holdout;
  };
  double hager_optimum = 0;  // x_i = log(i) / 2
  for (double i = 1; i <= 100; ++i) hager_optimum += std::sqrt(i) * (1 - std::log(i) / 2);

  add("extended_wood", andrei, extended_wood, repeat({-3, -1, -3, -1}, 100), 0);
  add("extended_himmelblau", andrei, extended_himmelblau, repeat({1}, 50), 0);
  add("extended_tridiagonal_1", andrei, extended_tridiagonal_1, repeat({2}, 50), 0);
  add("extended_beale", andrei, extended_beale, repeat({1, 0.8}, 50), 0);
  add("raydan_1", andrei, raydan_1, repeat({1}, 100), 505);
  add("hager", andrei, hager, repeat({1}, 100), hager_optimum);
  add("perturbed_quadratic", andrei, perturbed_quadratic, repeat({0.5}, 100), 0);
  add("power", "CUTE: POWER, as in Andrei 2008", power, repeat({1}, 50), 0);
  add("quartic", "CUTE: QUARTC", quartic, repeat({2}, 100), 0);
  add("zakharov", "Jamil & Yang 2013, function 173", zakharov, repeat({1}, 10), 0);
  add("dixmaan_a", "CUTE: DIXMAANA", dixmaan<Dixmaan{1, 0, 0.125, 0.125, {0, 0, 0, 0}}>, repeat({2}, 90), 1);
  add("dixmaan_l", "CUTE: DIXMAANL", dixmaan<Dixmaan{1, 0.26, 0.26, 0.26, {2, 0, 0, 2}}>, repeat({2}, 90), 1);
}

}  // namespace talweg::problems
