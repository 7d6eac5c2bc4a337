#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg::box {

/// Solves [[-A, B'], [B, C]] u = v for k x k blocks: A symmetric positive definite, C symmetric and C + B A^-1 B'
/// positive definite. Both the middle matrix of the compact BFGS form and that of the subspace step have this shape
/// (Byrd, Lu, Nocedal & Zhu 1995, eq. 3.4 and 5.11), and two factors L D L' keep it definite where an LU would not.
class TALWEG_API Saddle {
 public:
  void reserve(std::size_t k);
  /// Entries to be filled before `factor`: row-major k x k, the lower triangles of A and C.
  void resize(std::size_t k);
  double& a(std::size_t i, std::size_t j) { return a_[i * k_ + j]; }
  double& b(std::size_t i, std::size_t j) { return b_[i * k_ + j]; }
  double& c(std::size_t i, std::size_t j) { return c_[i * k_ + j]; }

  /// False when a pivot is not positive beyond rounding.
  bool factor();
  /// v (2k) is overwritten by u.
  void solve(std::span<double> v) const;
  std::size_t size() const { return k_; }

 private:
  std::size_t k_ = 0;
  std::vector<double> a_, b_, c_;  ///< after `factor`: L D L' of A, B L_A^-T, L D L' of C + B A^-1 B'
};

}  // namespace talweg::box
