#include "talweg/optim/deterministic/box/history.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "talweg/simd/pack.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(TALWEG_NO_CLONES)
#define TALWEG_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define TALWEG_CLONES
#endif
#define TALWEG_INLINE __attribute__((always_inline)) inline

namespace talweg::box {

namespace {

constexpr std::size_t lanes = 4;
using Pack = simd::Pack<double, lanes>;
using simd::load, simd::store;

/// Rows worked on at a time: with 20 columns they fill 20 KB of the first-level cache.
constexpr std::size_t block = 128;

/// Room for the sums over one row of the longest memory.
constexpr std::size_t widest = 2 * largest_memory + lanes;

/// Five vectors over a block of rows, each zero outside its set of variables.
struct Weights {
  alignas(64) std::array<double, block> s_free, s_fixed, y_free, y_fixed, g_free;
};
/// Σ row_i v_i for each of the five vectors v.
struct RowSums {
  double *s_free, *s_fixed, *y_free, *y_fixed, *g_free;  // (stride) each
};

TALWEG_INLINE void add(const double* column, std::size_t stride, std::size_t count, const double* v, double* sum) {
  Pack total{};
  for (std::size_t i = 0; i < count; ++i) total += load<Pack>(column + i * stride) * v[i];
  store(sum, load<Pack>(sum) + total);
}

TALWEG_CLONES void add_gradient(const double* rows, std::size_t stride, std::size_t count, const double* g,
                                double* sum) {
  for (std::size_t j = 0; j < stride; j += lanes) add(rows + j, stride, count, g, sum + j);
}

TALWEG_CLONES void add_pair(const double* rows, std::size_t stride, std::size_t count, const Weights& w, bool any_fixed,
                            const RowSums& sums) {
  for (std::size_t j = 0; j < stride; j += lanes) {
    Pack s{}, y{}, g{};
    for (std::size_t i = 0; i < count; ++i) {
      const Pack r = load<Pack>(rows + i * stride + j);
      s += r * w.s_free[i];
      y += r * w.y_free[i];
      g += r * w.g_free[i];
    }
    store(&sums.s_free[j], load<Pack>(&sums.s_free[j]) + s);
    store(&sums.y_free[j], load<Pack>(&sums.y_free[j]) + y);
    store(&sums.g_free[j], load<Pack>(&sums.g_free[j]) + g);
    if (!any_fixed) continue;
    add(rows + j, stride, count, w.s_fixed.data(), &sums.s_fixed[j]);
    add(rows + j, stride, count, w.y_fixed.data(), &sums.y_fixed[j]);
  }
}

TALWEG_CLONES double direction_block(const double* rows, std::size_t stride, std::size_t count,
                                     const double* coefficients, double scale, double unit, const double* g,
                                     double* out) {
  for (std::size_t i = 0; i < count; ++i) {
    Pack total{};
    for (std::size_t j = 0; j < stride; j += lanes)
      total += load<Pack>(rows + i * stride + j) * load<Pack>(coefficients + j);
    out[i] = scale * (unit * g[i]) - ((total[0] + total[1]) + (total[2] + total[3]));
  }
  return 0;
}

/// May x_i move along −g inside the box?
TALWEG_INLINE bool movable(const Point& p, const Bounds& box, std::size_t i) {
  if (box.empty()) return true;
  return box.lower[i] < box.upper[i] && !(p.g[i] > 0 && p.x[i] <= box.lower[i]) &&
         !(p.g[i] < 0 && p.x[i] >= box.upper[i]);
}

}  // namespace

void History::start(std::size_t variables, std::size_t pairs) {
  assert(pairs >= 1 && pairs <= largest_memory);
  *this = {};
  n = variables;
  memory = pairs;
  stride = (2 * pairs + lanes - 1) / lanes * lanes;
  rows.assign(n * stride, 0.0);
  free.assign(n, 1);
  age.assign(memory, 0);
  for (auto* sums : {&ss, &ss_fixed, &yy_free, &sy_free, &sy_fixed}) sums->assign(memory * memory, 0.0);
  wg.assign(stride, 0.0);
}

void History::flip(std::size_t i, double sign) {
  const double *const y = &rows[i * stride], *const s = y + memory;
  for (std::size_t a = 0; a < count; ++a) {
    const double ya = sign * y[a], sa = sign * s[a];
    double *const yy = &yy_free[a * memory], *const sy_in = &sy_free[a * memory], *const sy_out = &sy_fixed[a * memory],
                  *const ss_out = &ss_fixed[a * memory];
    for (std::size_t b = 0; b < count; ++b) {
      yy[b] += ya * y[b];
      sy_in[b] += sa * y[b];
      sy_out[b] -= sa * y[b];
      ss_out[b] -= sa * s[b];
    }
  }
}

void History::fix(std::size_t i) {
  free[i] = 0;
  flip(i, -1);
}

void History::look(const Point& now, const Bounds& box) { pass(now, nullptr, 1, box); }

double History::push(const Point& now, const Point& before, double y_scale, const Bounds& box) {
  return pass(now, &before, y_scale, box);
}

double History::pass(const Point& now, const Point* before, double y_scale, const Bounds& box) {
  // The place of the oldest pair, or the next empty one.
  std::size_t place = count;
  if (before && count == memory)
    place = static_cast<std::size_t>(std::min_element(age.begin(), age.end()) - age.begin());
  alignas(64) std::array<double, 5 * widest> storage{};
  const auto part = [&](std::size_t k) { return storage.data() + k * stride; };
  const RowSums sums{part(0), part(1), part(2), part(3), part(4)};
  Weights w;
  double yy = 0;
  gg = 0;
  for (std::size_t from = 0; from < n; from += block) {
    const std::size_t rows_here = std::min(block, n - from);
    bool any_fixed = false;
    for (std::size_t i = from; i < from + rows_here; ++i) {
      const bool in = movable(now, box, i);
      if (in != static_cast<bool>(free[i])) {
        free[i] = in;
        flip(i, in ? 1 : -1);
      }
      any_fixed |= !in;
      const double g = unit * now.g[i];
      w.g_free[i - from] = in ? g : 0;
      gg += w.g_free[i - from] * g;
    }
    double* const here = &rows[from * stride];
    if (!before) {
      if (count > 0) add_gradient(here, stride, rows_here, w.g_free.data(), sums.g_free);
      continue;
    }
    for (std::size_t i = 0; i < rows_here; ++i) {
      const double s = now.x[from + i] - before->x[from + i], y = unit * (now.g[from + i] - before->g[from + i]);
      yy += y * y;
      const double scaled = y_scale * y;
      here[i * stride + place] = scaled;
      here[i * stride + memory + place] = s;
      const bool in = free[from + i];
      w.s_free[i] = in ? s : 0;
      w.y_free[i] = in ? scaled : 0;
      w.s_fixed[i] = in ? 0 : s;
      w.y_fixed[i] = in ? 0 : scaled;
    }
    add_pair(here, stride, rows_here, w, any_fixed, sums);
  }
  std::copy_n(sums.g_free, stride, wg.begin());
  if (!before) return 0;
  count = std::max(count, place + 1);
  age[place] = ++made;
  for (std::size_t a = 0; a < count; ++a) {
    const std::size_t down = a * memory + place, across = place * memory + a;
    ss_fixed[down] = ss_fixed[across] = sums.s_fixed[memory + a];
    ss[down] = ss[across] = sums.s_free[memory + a] + sums.s_fixed[memory + a];
    yy_free[down] = yy_free[across] = sums.y_free[a];
    sy_free[down] = sums.y_free[memory + a];
    sy_fixed[down] = sums.y_fixed[memory + a];
    sy_free[across] = sums.s_free[a];
    sy_fixed[across] = sums.s_fixed[a];
  }
  return yy;
}

void History::refresh(std::span<const double> g) {
  for (auto* sums : {&ss_fixed, &yy_free, &sy_free, &sy_fixed}) std::fill(sums->begin(), sums->end(), 0.0);
  std::fill(wg.begin(), wg.end(), 0.0);
  gg = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double *const y = &rows[i * stride], *const s = y + memory;
    if (free[i]) {
      const double gi = unit * g[i];
      gg += gi * gi;
      for (std::size_t j = 0; j < stride; ++j) wg[j] += y[j] * gi;
    }
    auto& sy_here = free[i] ? sy_free : sy_fixed;
    auto& squares = free[i] ? yy_free : ss_fixed;
    const double* const v = free[i] ? y : s;
    for (std::size_t a = 0; a < count; ++a)
      for (std::size_t b = 0; b < count; ++b) {
        sy_here[a * memory + b] += s[a] * y[b];
        squares[a * memory + b] += v[a] * v[b];
      }
  }
}

void History::weigh(std::span<const double> row_sum, std::span<double> w) const {
  for (std::size_t j = 0; j < count; ++j) {
    w[j] = row_sum[j];
    w[count + j] = theta * row_sum[memory + j];
  }
}

bool History::middle(Saddle& m) const {
  m.resize(count);
  for (std::size_t a = 0; a < count; ++a)
    for (std::size_t b = 0; b < count; ++b) {
      if (a == b) m.a(a, a) = sy(a, a);
      if (age[a] > age[b]) m.b(a, b) = sy(a, b);
      m.c(a, b) = theta * ss[a * memory + b];
    }
  return m.factor();
}

bool History::reduced(Saddle& m) const {
  m.resize(count);
  for (std::size_t a = 0; a < count; ++a)
    for (std::size_t b = 0; b < count; ++b) {
      const std::size_t ab = a * memory + b;
      m.a(a, b) = yy_free[ab] / theta + (a == b ? sy(a, a) : 0);
      // L − S_F'Y_F without a subtraction: below the diagonal what is left is the sum over the fixed variables.
      m.b(a, b) = age[a] > age[b] ? sy_fixed[ab] : -sy_free[ab];
      m.c(a, b) = theta * ss_fixed[ab];
    }
  return m.factor();
}

double subspace_direction(const History& h, const Point& at, std::span<const double> coefficients, const Bounds& box,
                          std::span<double> out) {
  std::array<double, block> step;
  double slope = 0;
  for (std::size_t from = 0; from < h.n; from += block) {
    const std::size_t rows_here = std::min(block, h.n - from);
    direction_block(&h.rows[from * h.stride], h.stride, rows_here, coefficients.data(), -1 / h.theta, h.unit,
                    &at.g[from], step.data());
    for (std::size_t i = from; i < from + rows_here; ++i) {
      if (h.free[i]) {
        double d = step[i - from];
        if (!box.empty()) d = std::clamp(d, box.lower[i] - at.x[i], box.upper[i] - at.x[i]);
        out[i] = d;
      }
      slope += at.g[i] * out[i];
    }
  }
  return slope;
}

}  // namespace talweg::box
