#pragma once
#include <cstdint>
#include <span>

#include "talweg/optim/certificate/certify.hpp"

namespace talweg::certificate {

/// Of more variables than the whole Hessian is measured for, so many products at most; of functions that are given,
/// what half of the evaluations so far pays for.
inline constexpr std::int64_t most_products = 20;

/// The answer where products with the Hessian are all that can be paid for (`pays` evaluations). What they leave open
/// is decided by the method's word, if it insists.
Finding certify_by_products(Evaluator& f, const Question& question, std::span<const std::size_t> free,
                            std::span<const double> lengths, std::int64_t pays);

/// Nobody can look: the method's word is taken.
Finding believe(const Question& question);
/// f does not follow its gradient.
Finding contradiction();

}  // namespace talweg::certificate
