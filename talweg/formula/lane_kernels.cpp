#include "talweg/formula/lane_kernels.hpp"

#include <algorithm>
#include <array>

#include "talweg/elementary/lanes.hpp"
#include "talweg/simd/clones.hpp"

namespace talweg::formula::lanes {

namespace {

using autodiff::Partials;
using autodiff::ScalarOp;
using elementary::Lanes;

/// `width` rows: a number of turns that the compiler knows leaves vector code alone, without one for what is left over.
template <ScalarOp op>
inline void forward_strip(const double* __restrict a, const double* __restrict b, double c, double* __restrict v,
                          double* __restrict da, double* __restrict db) {
  if (da == nullptr) {
    for (std::size_t i = 0; i < width; ++i) v[i] = autodiff::apply<Lanes>(op, a[i], b[i], c).value;
    return;
  }
  for (std::size_t i = 0; i < width; ++i) {
    const Partials p = autodiff::apply<Lanes>(op, a[i], b[i], c);
    v[i] = p.value;
    da[i] = p.da;
    if constexpr (is_binary(op)) db[i] = p.db;
  }
}

/// Angles so large that lanes do not reduce them: rare, and one at a time.
template <ScalarOp op> inline void repair_angles(const double* a, double* v, double* da) {
  std::size_t far = 0;
  for (std::size_t i = 0; i < width; ++i) far += Lanes::far(a[i]) ? 1 : 0;
  if (far == 0) return;
  for (std::size_t i = 0; i < width; ++i) {
    if (!Lanes::far(a[i])) continue;
    const Partials p = autodiff::apply(op, a[i], 0, 0);
    v[i] = p.value;
    if (da != nullptr) da[i] = p.da;
  }
}

template <ScalarOp op>
inline void forward_of(const double* a, const double* b, double c, double* v, double* da, double* db, std::size_t n) {
  std::array<double, width> last_a, last_b;
  for (std::size_t i = 0; i < n; i += width) {
    const double *from_a = a + i, *from_b = b + i;
    if (n - i < width) {  // operands may be columns of the caller's, which end here
      last_a.fill(a[i]), last_b.fill(b[i]);
      std::copy_n(from_a, n - i, last_a.begin());
      std::copy_n(from_b, n - i, last_b.begin());
      from_a = last_a.data(), from_b = last_b.data();
    }
    double* const to_a = da == nullptr ? nullptr : da + i;
    forward_strip<op>(from_a, from_b, c, v + i, to_a, db == nullptr ? nullptr : db + i);
    if constexpr (op == ScalarOp::sin || op == ScalarOp::cos || op == ScalarOp::tan)
      repair_angles<op>(from_a, v + i, to_a);
  }
}

/// Two loops where both operands ask, since they may be one and the same.
template <class Link> inline void flow(const double* adjoint, Flow to, std::size_t n, Link link) {
  double* const out = to.to;
  if (out == nullptr) return;
  if (to.first)
    for (std::size_t i = 0; i < n; ++i) out[i] = link(adjoint[i], i);
  else
    for (std::size_t i = 0; i < n; ++i) out[i] += link(adjoint[i], i);
}

template <ScalarOp op>
inline void reverse_of(const double* adjoint, const double* a, const double* b, double c, const double*, const double*,
                       Flow to_a, Flow to_b, std::size_t n) {
  flow(adjoint, to_a, n, [&](double back, std::size_t i) {
    return autodiff::chain_to_a(op, back, autodiff::apply(op, a[i], b[i], c).da, a[i], b[i]);
  });
  if constexpr (is_binary(op))
    flow(adjoint, to_b, n, [&](double back, std::size_t i) {
      return autodiff::chain_to_b(op, back, autodiff::apply(op, a[i], b[i], c).db, a[i], b[i]);
    });
}

inline void reverse_kept(const double* adjoint, const double* da, const double* db, Flow to_a, Flow to_b,
                         std::size_t n) {
  flow(adjoint, to_a, n, [&](double back, std::size_t i) { return back * da[i]; });
  flow(adjoint, to_b, n, [&](double back, std::size_t i) { return back * db[i]; });
}

}  // namespace

bool keeps_slopes(ScalarOp op) {
  switch (op) {
    case ScalarOp::input:
    case ScalarOp::constant:
    case ScalarOp::add:
    case ScalarOp::subtract:
    case ScalarOp::multiply:
    case ScalarOp::divide:
    case ScalarOp::negate:
    case ScalarOp::add_constant:
    case ScalarOp::subtract_from:
    case ScalarOp::scale:
    case ScalarOp::divide_by:
    case ScalarOp::divide_into:
    case ScalarOp::square:
    case ScalarOp::sqrt:
    case ScalarOp::abs:
    case ScalarOp::min:
    case ScalarOp::max:
    case ScalarOp::relu:
    case ScalarOp::sign:
      return false;
    default:
      return true;
  }
}

#define TALWEG_ARITHMETIC(do_)                                                                                 \
  do_(add) do_(subtract) do_(multiply) do_(divide) do_(negate) do_(add_constant) do_(subtract_from) do_(scale) \
      do_(divide_by) do_(divide_into) do_(square) do_(sqrt) do_(abs) do_(min) do_(max) do_(relu) do_(sign)
#define TALWEG_FUNCTIONS(do_)                                                                                        \
  do_(power_integer) do_(power_constant) do_(constant_power) do_(power) do_(exp) do_(log) do_(sin) do_(cos) do_(tan) \
      do_(tanh) do_(sinh) do_(cosh) do_(asin) do_(acos) do_(atan) do_(sigmoid) do_(softplus) do_(log10) do_(log2)    \
          do_(log1p) do_(expm1) do_(erf) do_(atan2) do_(hypot)

// Cloned functions would be offered by the shared library, were they not of this file alone.
namespace {

TALWEG_CLONES void forward_lanes(ScalarOp op, const double* a, const double* b, double c, double* v, double* da,
                                 double* db, std::size_t n) {
#define TALWEG_CASE(name) \
  case ScalarOp::name:    \
    return forward_of<ScalarOp::name>(a, b, c, v, da, db, n);
  switch (op) {
    TALWEG_ARITHMETIC(TALWEG_CASE)
    TALWEG_FUNCTIONS(TALWEG_CASE)
    case ScalarOp::input:
    case ScalarOp::constant:
      break;
  }
#undef TALWEG_CASE
}

TALWEG_CLONES void reverse_lanes(ScalarOp op, const double* adjoint, const double* a, const double* b, double c,
                                 const double* da, const double* db, Flow to_a, Flow to_b, std::size_t n) {
#define TALWEG_CASE(name) \
  case ScalarOp::name:    \
    return reverse_of<ScalarOp::name>(adjoint, a, b, c, da, db, to_a, to_b, n);
  switch (op) {
    TALWEG_ARITHMETIC(TALWEG_CASE)
    default:
      return reverse_kept(adjoint, da, db, to_a, to_b, n);
  }
#undef TALWEG_CASE
}
#undef TALWEG_ARITHMETIC
#undef TALWEG_FUNCTIONS

TALWEG_CLONES void add_lanes(const double* v, std::size_t n, double* sums) {
  std::size_t i = 0;
  for (; i + width <= n; i += width)
    for (std::size_t l = 0; l < width; ++l) sums[l] += v[i + l];
  for (std::size_t l = 0; i < n; ++i, ++l) sums[l] += v[i];
}

}  // namespace

void forward(ScalarOp op, const double* a, const double* b, double c, double* v, double* da, double* db,
             std::size_t n) {
  forward_lanes(op, a, b, c, v, da, db, n);
}

void reverse(ScalarOp op, const double* adjoint, const double* a, const double* b, double c, const double* da,
             const double* db, Flow to_a, Flow to_b, std::size_t n) {
  reverse_lanes(op, adjoint, a, b, c, da, db, to_a, to_b, n);
}

void add(const double* v, std::size_t n, double* sums) { add_lanes(v, n, sums); }

double total(const double* sums) {
  double sum = sums[0];
  for (std::size_t l = 1; l < width; ++l) sum += sums[l];
  return sum;
}

void gather(const double* column, const std::uint32_t* rows, std::size_t n, double* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = column[rows[i]];
}

}  // namespace talweg::formula::lanes
