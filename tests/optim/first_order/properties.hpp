#pragma once
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"
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
  const auto refused = [&](const Field<Rule>& p, double value) {
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
    if (p.kind() == FieldKind::flag) continue;
    refused(p, p.range.low_open ? p.range.low : std::nextafter(p.range.low, -inf));
    refused(p, p.range.high_open ? p.range.high : std::nextafter(p.range.high, inf));
    refused(p, std::numeric_limits<double>::quiet_NaN());
  }
}

/// Steps with gradients of one size and both signs, zeros between them: finite numbers in, no NaN out, unless a slot
/// overflowed on the way.
template <class T> void finite_steps(const FirstOrder& method, double size, const std::string& where) {
  Optimizer<T> optimizer(method, 4);
  std::vector<T> x{T(0), T(2), T(-1e-3), T(0)};
  const T g = static_cast<T>(size);
  for (int k = 0; k < 6; ++k) {
    const std::vector<T> gradient{g, k % 2 == 0 ? g : -g, k == 3 ? g : T(0), T(0)};
    optimizer.step(x, gradient, {.value = double(k)});
    for (std::size_t i = 0; i < x.size(); ++i) {
      bool overflowed = std::isinf(x[i]);
      for (const auto name : optimizer.slot_names()) overflowed = overflowed || std::isinf(optimizer.slot(name)[i]);
      if (overflowed) return;
      ASSERT_FALSE(std::isnan(x[i])) << method.label() << where << ", g = " << size << ": x[" << i << "], step "
                                     << k + 1 << (sizeof(T) == 4 ? " in float" : " in double");
    }
  }
}

template <class T> std::vector<double> sizes() {
  if (sizeof(T) == 4) return {0, 1e-45, 1e-30, 1, 1e3};
  return {0, 5e-324, 1e-300, 1e-20, 1, 1e3};
}

/// Every number at both ends of its range (just inside an open one), with gradients of 0 and of all sizes.
inline void parameters_in_range_make_no_nan(const FirstOrder& method) {
  std::vector<FirstOrder> flags{method};
  for (const FieldInfo& p : method.info().fields) {
    if (p.kind != FieldKind::flag) continue;
    flags.push_back(method);
    flags.back().set(p.name, "true");
  }
  for (const FirstOrder& m : flags) {
    for (const double size : {1e150, 1e300}) finite_steps<double>(m, size, "");
    for (const double size : {1e18, 1e30}) finite_steps<float>(m, size, "");
    for (const FieldInfo& p : m.info().fields) {
      if (p.kind == FieldKind::flag) continue;
      const Range& r = p.range;
      const double low = r.low_open ? std::nextafter(r.low, r.high) : r.low;
      const double high = r.high_open ? std::nextafter(r.high, r.low) : r.high;
      for (const double end : {low, high, std::max(low, 1.2e-38), std::min(high, 3e38)}) {
        FirstOrder at = m;
        at.set(p.name, text::number(end));
        try {
          at.validate();
        } catch (const Error&) {
          continue;  // refused with its reason: not a parameter in its range
        }
        const std::string where = text::cat(", ", p.name, " = ", end);
        const bool huge = end > 1e30;  // its product with any gradient may overflow
        for (const double size : huge ? std::vector<double>{0} : sizes<double>()) finite_steps<double>(at, size, where);
        if (end != 0 && !(end >= 1.2e-38 && end <= 3.4e38)) continue;
        for (const double size : huge ? std::vector<double>{0} : sizes<float>()) finite_steps<float>(at, size, where);
      }
    }
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
  parameters_in_range_make_no_nan(method);
}

}  // namespace properties
