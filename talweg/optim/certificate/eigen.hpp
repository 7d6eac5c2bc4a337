#pragma once
#include <cstddef>
#include <vector>

namespace talweg::certificate {

/// A symmetric matrix taken apart: a = Σ values_k v_k v_k'.
struct Eigen {
  std::vector<double> values;   ///< (n), rising
  std::vector<double> vectors;  ///< (n, n), v_k in row k
};

/// By Jacobi's rotations, which keep small eigenvalues of a matrix with a unit diagonal accurate: for n up to some
/// hundreds. `a` (n, n) is symmetric and finite.
Eigen eigen(std::vector<double> a, std::size_t n);

}  // namespace talweg::certificate
