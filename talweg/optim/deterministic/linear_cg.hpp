#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/status.hpp"

namespace talweg {

/// out = A v for a symmetric positive definite A (n, n) that nobody needs to write down.
using Product = std::function<void(std::span<const double> v, std::span<double> out)>;

struct LinearOptions {
  double tolerance = 1e-10;         ///< stop when ‖b − Ax‖₂ <= tolerance · ‖b‖₂; 0: never
  std::int64_t max_iterations = 0;  ///< 0: 10 n
  std::vector<double> x0 = {};      ///< (n); empty: zeros
  Product preconditioner = {};      ///< out ≈ A⁻¹ v, symmetric positive definite; empty: none
};

/// How a linear system was solved. The residual is measured at x, not taken from the recursion.
struct LinearResult {
  std::vector<double> x;     ///< (n)
  double residual_norm = 0;  ///< ‖b − Ax‖₂
  std::int64_t iterations = 0, products = 0;
  Status status = Status::running;
  std::string message;

  bool success() const { return succeeds(status); }
};

/// Solves A x = b by linear conjugate gradients: Hestenes & Stiefel 1952. Exact after n iterations but for rounding.
/// Throws Error for wrong sizes and options; a matrix that is not positive definite is a status.
TALWEG_API LinearResult solve_spd(const Product& a, std::span<const double> b, const LinearOptions& options = {});

}  // namespace talweg
