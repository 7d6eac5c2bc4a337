#pragma once
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/optim/optimizer.hpp"

/// What every rule must do, the library's and your own alike.
namespace properties {

using namespace talweg;

/// A gradient that keeps, flips and zeroes signs, of all sizes: the pull to a centre of one's own, plus noise.
template <class T> void gradient(std::span<const T> x, std::span<T> g, Random& random) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double scale = std::exp2(double(i % 7) - 3);
    g[i] = i % 11 == 5 ? T(0) : static_cast<T>(scale * (double(x[i]) - double(i % 5) + random.normal()));
  }
}

template <class T> std::vector<T> start(std::size_t n) {
  std::vector<T> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<T>(2 * std::sin(double(3 * i + 1)));
  return x;
}

template <class T> bool same_bits(std::span<const T> a, std::span<const T> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

template <class T> void advance(Optimizer<T>& optimizer, std::vector<T>& x, int steps, Random& random) {
  std::vector<T> g(x.size());
  for (int k = 0; k < steps; ++k) {
    gradient<T>(x, g, random);
    optimizer.step(x, g, {.value = random.uniform()});
  }
}

template <class T> std::vector<T> run(const FirstOrder& method, std::size_t n, int steps) {
  Optimizer<T> optimizer(method, n);
  auto x = start<T>(n);
  Random random(7);
  advance(optimizer, x, steps, random);
  return x;
}

/// An executor that cuts [0, count) into pieces of `size`, last piece first.
inline ParallelFor in_pieces_of(std::size_t size) {
  return [size](std::size_t count, const std::function<void(std::size_t, std::size_t)>& body) {
    for (std::size_t piece = (count + size - 1) / size; piece-- > 0;)
      body(piece * size, std::min(count, (piece + 1) * size));
  };
}

template <class T> void cuts(const FirstOrder& method) {
  constexpr std::size_t n = 40000;  // above the length from which a step is cut at all
  const auto whole = run<T>(method, n, 3);
  for (const std::size_t size : {997u, 4096u, 20001u}) {
    Optimizer<T> optimizer(method, n);
    optimizer.set_parallel(in_pieces_of(size));
    auto x = start<T>(n);
    Random random(7);
    advance(optimizer, x, 3, random);
    EXPECT_TRUE(same_bits<T>(x, whole)) << method.label() << " in pieces of " << size;
  }
}
inline void bits_do_not_depend_on_cuts(const FirstOrder& method) {
  cuts<float>(method);
  cuts<double>(method);
}

/// Every element alone, where no loop has two lanes to fill.
template <class T> void lanes(const FirstOrder& method) {
  constexpr std::size_t n = 67;
  std::vector<Optimizer<T>> alone(n, Optimizer<T>(method, 1));
  Optimizer<T> together(method, n);
  auto x = start<T>(n), y = x;
  std::vector<T> g(n);
  Random random(7);
  for (int k = 0; k < 8; ++k) {
    gradient<T>(x, g, random);
    const double value = random.uniform();
    together.step(x, g, {.value = value});
    for (std::size_t i = 0; i < n; ++i)
      alone[i].step(std::span(y).subspan(i, 1), std::span<const T>(g).subspan(i, 1), {.value = value});
    ASSERT_TRUE(same_bits<T>(x, y)) << method.label() << " at step " << k + 1;
  }
}
inline void lanes_do_not_matter(const FirstOrder& method) {
  lanes<float>(method);
  lanes<double>(method);
}

template <class T> void resume(const FirstOrder& method) {
  constexpr std::size_t n = 19;
  Optimizer<T> first(method, n);
  auto x = start<T>(n);
  Random random(3);
  for (int before = 0; before < 3; ++before) {
    Optimizer<T> second(method, n);
    second.load(first.save());
    EXPECT_EQ(second.save(), first.save()) << method.label();
    Optimizer<T> third(first);
    auto y = x, z = x;
    Random random_y = random, random_z = random;
    advance(first, x, 5, random);
    advance(second, y, 5, random_y);
    advance(third, z, 5, random_z);
    EXPECT_TRUE(same_bits<T>(x, y)) << method.label() << " after load";
    EXPECT_TRUE(same_bits<T>(x, z)) << method.label() << " after copy";
    EXPECT_EQ(first.save(), second.save()) << method.label();
    EXPECT_EQ(first.save(), third.save()) << method.label();
  }
}
inline void save_load_continue(const FirstOrder& method) {
  resume<float>(method);
  resume<double>(method);
}

/// Every length from none to a few vectors and a rest: what is computed agrees with the long run, and what lies before
/// and after stays as it was.
template <class T> void lengths(const FirstOrder& method) {
  constexpr std::size_t longest = 2 * 64 / sizeof(T) + 1;  // 64 bytes: one AVX-512 register
  constexpr T guard = T(-77.25);
  std::vector<T> reference;
  for (std::size_t n = longest + 1; n-- > 0;) {
    std::vector<T> memory(n + 2, guard), g(n);
    const std::span<T> x(memory.data() + 1, n);
    std::ranges::copy(start<T>(n), x.begin());
    Optimizer<T> optimizer(method, n);
    for (int k = 0; k < 4; ++k) {
      for (std::size_t i = 0; i < n; ++i) g[i] = static_cast<T>(std::cos(double(i) + 2.0 * k));
      optimizer.step(x, g, {.value = double(k % 2)});
    }
    EXPECT_EQ(memory.front(), guard) << method.label() << ", length " << n;
    EXPECT_EQ(memory.back(), guard) << method.label() << ", length " << n;
    if (n == longest) reference.assign(x.begin(), x.end());
    EXPECT_TRUE(same_bits<T>(x, std::span<const T>(reference).first(n))) << method.label() << ", length " << n;
  }
}
inline void short_lengths(const FirstOrder& method) {
  lengths<float>(method);
  lengths<double>(method);
}

/// A NaN in one entry of the gradient reaches that entry of x in this step, and no other.
inline void nan_spreads_to_its_own_x(const FirstOrder& method) {
  constexpr std::size_t n = 9;
  for (const Clip::Kind kind : {Clip::Kind::none, Clip::Kind::value}) {
    FirstOrder clipped = method;
    clipped.clip = {kind, 0.5};
    Optimizer<double> optimizer(clipped, n);
    auto x = start<double>(n);
    Random random(5);
    advance(optimizer, x, 3, random);
    std::vector<double> g(n, 0.25);
    g[4] = std::numeric_limits<double>::quiet_NaN();
    optimizer.step(x, g, {.value = 1.0});
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(std::isnan(x[i]), i == 4) << method.label() << ", x[" << i << ']';
  }
}

/// Every number a hair outside of its range, and a NaN, is refused with the name of the parameter.
template <class Rule> void refuses_out_of_range(const Rule& defaults) {
  const auto refused = [&](const Param<Rule>& p, double value) {
    Rule rule = defaults;
    p.set(rule, value);
    try {
      FirstOrder made(rule);
      ADD_FAILURE() << Rule::card.name << ' ' << p.name << " = " << value << " was taken";
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find(p.name), std::string::npos) << e.what();
    }
  };
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (const auto& p : Rule::params) {
    if (p.flag) continue;
    refused(p, p.range.low_open ? p.range.low : std::nextafter(p.range.low, -inf));
    refused(p, p.range.high_open ? p.range.high : std::nextafter(p.range.high, inf));
    refused(p, std::numeric_limits<double>::quiet_NaN());
  }
}

/// All of it, for a rule of your own.
template <class Rule> void check(const Rule& rule) {
  const FirstOrder method(rule);
  bits_do_not_depend_on_cuts(method);
  lanes_do_not_matter(method);
  save_load_continue(method);
  short_lengths(method);
  nan_spreads_to_its_own_x(method);
  refuses_out_of_range(rule);
}

}  // namespace properties
