#pragma once
#include <span>

#include "talweg/models/factorization_objective.hpp"

namespace talweg::train {

/// Alternating least squares: with the other side fixed, (u_i, b_i) of each user is the solution of a small linear
/// system, and then (v_j, c_j) of each item. One sweep does both sides; it never raises the objective.
/// `objective` gives penalties and weights; its λ of the factors must be above 0, so that each system has one solution.
/// Throws Stopped, with some rows of a side solved and the others as they were.
void als_sweep(models::Factorization& f, const models::RatingMatrix& ratings,
               const models::FactorizationObjective& objective, Pool& pool, const Stop& stop = {});

}  // namespace talweg::train
