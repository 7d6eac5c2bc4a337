#pragma once

namespace talweg {

/// The t with P(|T| <= t) = level for Student's distribution with `degrees` degrees of freedom (infinite: the normal
/// one), to about ten digits. 0 < level < 1, degrees > 0.
double student_quantile(double level, double degrees);

/// P(|T| > t) for t >= 0, to about eight digits where it is not far below 1e-10.
double student_two_tails(double t, double degrees);

}  // namespace talweg
