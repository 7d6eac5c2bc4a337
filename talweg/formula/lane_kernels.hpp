#pragma once
#include <cstddef>
#include <cstdint>

#include "talweg/autodiff/scalar_operations.hpp"

/// One operation of a formula on many rows at once: plain loops over arrays of numbers.
namespace talweg::formula::lanes {

/// Lanes in which sums run side by side; a row belongs to the lane of its place, whatever the blocks.
inline constexpr std::size_t width = 16;

/// Whether the slopes of an operation are kept by the forward pass: those of arithmetic are cheaper to make again.
bool keeps_slopes(autodiff::ScalarOp op);

/// v = op(a, b, c) for n rows; and its slopes by a and b into da and db, unless da is nullptr. The outputs have room
/// for n rounded up to a multiple of `width`.
void forward(autodiff::ScalarOp op, const double* a, const double* b, double c, double* v, double* da, double* db,
             std::size_t n);

/// What flows back to one operand: into `to`, in place of what is there for the `first` that comes.
struct Flow {
  double* to = nullptr;  ///< nullptr: nobody asks
  bool first = false;
};
/// The chain rule: adds adjoint · slope to the flows of a and b, by kept slopes where there are such.
void reverse(autodiff::ScalarOp op, const double* adjoint, const double* a, const double* b, double c, const double* da,
             const double* db, Flow to_a, Flow to_b, std::size_t n);

/// sums[i mod width] += v[i]
void add(const double* v, std::size_t n, double* sums);
/// The lanes together, from the left: up to 16 rows are added as one would by hand.
double total(const double* sums);
void gather(const double* column, const std::uint32_t* rows, std::size_t n, double* out);

}  // namespace talweg::formula::lanes
