#pragma once

namespace talweg {

/// The t with P(|T| <= t) = level for Student's distribution with `degrees` degrees of freedom (infinite: the normal
/// one), to about ten digits. 0 < level < 1, degrees > 0.
double student_quantile(double level, double degrees);

}  // namespace talweg
