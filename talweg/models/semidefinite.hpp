#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace talweg::models {

/// A matrix that may be singular, as a triangle: LLᵀ = H in the parameters that are left when each that follows from
/// those before it is dropped. What does not depend on which of them are dropped is determined.
class Semidefinite {
 public:
  /// The lower triangle of `h` (n, n) by rows. A parameter of which less than `least` of its diagonal is left is
  /// dropped.
  Semidefinite(std::vector<double> h, double least);

  std::size_t size() const { return scale_.size(); }
  std::size_t rank() const { return size() - null_.size(); }
  /// fᵀH⁻f for each row f of `functions` (count, n): the variance of fᵀv where H⁻¹ is the covariance of v; −1 for an f
  /// that is not constant on the null space of H.
  std::vector<double> variances(std::span<const double> functions) const;

 private:
  void factor(double least);
  void find_null_space();
  bool is_determined(const double* f) const;
  double* row(std::size_t i) { return triangle_.data() + i * size(); }
  const double* row(std::size_t i) const { return triangle_.data() + i * size(); }

  std::vector<double> triangle_;           // (n, n) L by rows, of H with a diagonal of 1
  std::vector<double> scale_;              // (n) what the diagonal was scaled by
  std::vector<bool> kept_;                 // (n)
  std::vector<std::vector<double>> null_;  // (n) each, of length 1, in scaled parameters
};

}  // namespace talweg::models
