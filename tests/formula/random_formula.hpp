#pragma once
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"

/// Random expression trees with their own text and their own arithmetic, as an oracle for the parser and the tape.
namespace talweg::test {

/// A value with its derivative in one direction (a dual number): forward-mode rules, written out independently of the
/// reverse-mode tape that they check.
struct Dual {
  double v = 0, d = 0;
};

inline Dual operator+(Dual a, Dual b) { return {a.v + b.v, a.d + b.d}; }
inline Dual operator-(Dual a, Dual b) { return {a.v - b.v, a.d - b.d}; }
inline Dual operator-(Dual a) { return {-a.v, -a.d}; }
inline Dual operator*(Dual a, Dual b) { return {a.v * b.v, a.d * b.v + a.v * b.d}; }
inline Dual operator/(Dual a, Dual b) { return {a.v / b.v, (a.d * b.v - a.v * b.d) / (b.v * b.v)}; }

struct Expression {
  std::string text;
  std::function<Dual(const std::vector<Dual>&)> evaluate;
};

inline Expression call(const char* name, Expression a, double (*f)(double), std::function<double(double)> derivative) {
  return {text::cat(name, "(", a.text, ")"), [e = a.evaluate, f, derivative](const std::vector<Dual>& x) {
            const Dual inner = e(x);
            return Dual{f(inner.v), derivative(inner.v) * inner.d};
          }};
}

/// A tree of at most `depth` levels over `names`. Arguments are kept where functions are smooth and finite: log and
/// sqrt see 1 + a^2, exp and sinh see sin(a), asin and acos see sin(a)/2.
inline Expression random_expression(Random& random, const std::vector<std::string>& names, int depth) {
  if (depth == 0 || random.uniform() < 0.1) {
    if (random.uniform() < 0.7) {
      const std::size_t i = random.below(names.size());
      return {names[i], [i](const std::vector<Dual>& x) { return x[i]; }};
    }
    const double c = std::round(random.uniform(-3, 3) * 100) / 100;
    return {c < 0 ? text::cat("(", c, ")") : text::number(c), [c](const std::vector<Dual>&) { return Dual{c, 0}; }};
  }
  const Expression a = random_expression(random, names, depth - 1);
  const auto positive = [&] {
    return Expression{text::cat("(1+(", a.text, ")^2)"), [e = a.evaluate](const std::vector<Dual>& x) {
                        return Dual{1, 0} + e(x) * e(x);
                      }};
  };
  const auto bounded = [&](double c) {
    return Expression{text::cat(c, "*sin(", a.text, ")"), [e = a.evaluate, c](const std::vector<Dual>& x) {
                        const Dual v = e(x);
                        return Dual{c * std::sin(v.v), c * std::cos(v.v) * v.d};
                      }};
  };
  const auto with_second = [&](const char* op, auto combine) {
    const Expression b = random_expression(random, names, depth - 1);
    return Expression{
        text::cat("(", a.text, ")", op, "(", b.text, ")"),
        [e = a.evaluate, f = b.evaluate, combine](const std::vector<Dual>& x) { return combine(e(x), f(x)); }};
  };
  switch (random.below(33)) {
    case 0:
      return with_second("+", [](Dual p, Dual q) { return p + q; });
    case 1:
      return with_second(" - ", [](Dual p, Dual q) { return p - q; });
    case 2:
    case 3:
      return with_second("*", [](Dual p, Dual q) { return p * q; });
    case 4: {
      const Expression d = positive();
      const Expression n = random_expression(random, names, depth - 1);
      return {text::cat("(", n.text, ")/", d.text),
              [e = n.evaluate, f = d.evaluate](const std::vector<Dual>& x) { return e(x) / f(x); }};
    }
    case 5:
      return {text::cat("-(", a.text, ")"), [e = a.evaluate](const std::vector<Dual>& x) { return -e(x); }};
    case 6: {
      const int n = static_cast<int>(random.below(5)) + 1;
      return {text::cat("(", a.text, ")^", n), [e = a.evaluate, n](const std::vector<Dual>& x) {
                Dual product{1, 0};
                const Dual base = e(x);
                for (int i = 0; i < n; ++i) product = product * base;
                return product;
              }};
    }
    case 7: {
      const Expression base = positive();
      const Expression exponent = bounded(2);
      return {text::cat("pow(", base.text, ", ", exponent.text, ")"),
              [e = base.evaluate, f = exponent.evaluate](const std::vector<Dual>& x) {
                const Dual p = e(x), q = f(x);
                const double v = std::exp(q.v * std::log(p.v));
                return Dual{v, v * (q.d * std::log(p.v) + q.v * p.d / p.v)};
              }};
    }
    case 8:
      return call("exp", bounded(1), std::exp, [](double v) { return std::exp(v); });
    case 9:
      return call("log", positive(), std::log, [](double v) { return 1 / v; });
    case 10:
      return call("sqrt", positive(), std::sqrt, [](double v) { return 0.5 / std::sqrt(v); });
    case 11:
      return call("sin", a, std::sin, [](double v) { return std::cos(v); });
    case 12:
      return call("cos", a, std::cos, [](double v) { return -std::sin(v); });
    case 13:
      return call("tan", bounded(1), std::tan, [](double v) { return 1 / (std::cos(v) * std::cos(v)); });
    case 14:
      return call("tanh", a, std::tanh, [](double v) { return 1 / (std::cosh(v) * std::cosh(v)); });
    case 15:
      return call("sinh", bounded(1), std::sinh, [](double v) { return std::cosh(v); });
    case 16:
      return call("cosh", bounded(1), std::cosh, [](double v) { return std::sinh(v); });
    case 17:
      return call("asin", bounded(0.5), std::asin, [](double v) { return 1 / std::sqrt(1 - v * v); });
    case 18:
      return call("acos", bounded(0.5), std::acos, [](double v) { return -1 / std::sqrt(1 - v * v); });
    case 19:
      return call("atan", a, std::atan, [](double v) { return 1 / (1 + v * v); });
    case 22:
      return call(
          "relu", a, [](double v) { return v > 0 ? v : 0; }, [](double v) { return v > 0 ? 1.0 : 0.0; });
    case 23:
      return call(
          "sigmoid", a, [](double v) { return 1 / (1 + std::exp(-v)); },
          [](double v) { return std::exp(-std::abs(v)) / std::pow(1 + std::exp(-std::abs(v)), 2); });
    case 24:
      return call(
          "softplus", bounded(2), [](double v) { return std::log1p(std::exp(v)); },
          [](double v) { return 1 / (1 + std::exp(-v)); });
    case 25:
      return call("log10", positive(), std::log10, [](double v) { return 1 / (v * std::log(10.0)); });
    case 26:
      return call("log2", positive(), std::log2, [](double v) { return 1 / (v * std::log(2.0)); });
    case 27:
      return call("log1p", bounded(0.5), std::log1p, [](double v) { return 1 / (1 + v); });
    case 28:
      return call("expm1", bounded(1), std::expm1, [](double v) { return std::exp(v); });
    case 29:
      return call("erf", a, std::erf, [](double v) { return 1.1283791670955126 * std::exp(-v * v); });
    case 30: {  // where a rounding cannot turn it
      const Expression b = positive();
      return {text::cat("sign(-", b.text, ")"), [](const std::vector<Dual>&) { return Dual{-1, 0}; }};
    }
    case 31: {
      const Expression b = positive();
      return {text::cat("atan2(", a.text, ",", b.text, ")"),
              [e = a.evaluate, f = b.evaluate](const std::vector<Dual>& x) {
                const Dual p = e(x), q = f(x);
                return Dual{std::atan2(p.v, q.v), (p.d * q.v - p.v * q.d) / (p.v * p.v + q.v * q.v)};
              }};
    }
    case 32: {
      const Expression b = positive();
      return {text::cat("hypot(", a.text, ",", b.text, ")"),
              [e = a.evaluate, f = b.evaluate](const std::vector<Dual>& x) {
                const Dual p = e(x), q = f(x);
                const double v = std::sqrt(p.v * p.v + q.v * q.v);
                return Dual{v, (p.v * p.d + q.v * q.d) / v};
              }};
    }
    case 20:
      return call("abs", a, std::fabs, [](double v) { return v < 0 ? -1.0 : 1.0; });
    default: {
      const bool smaller = random.uniform() < 0.5;
      const Expression b = random_expression(random, names, depth - 1);
      return {text::cat(smaller ? "min(" : "max(", a.text, ",", b.text, ")"),
              [e = a.evaluate, f = b.evaluate, smaller](const std::vector<Dual>& x) {
                const Dual p = e(x), q = f(x);
                return (p.v < q.v) == smaller ? p : q;
              }};
    }
  }
}

}  // namespace talweg::test
