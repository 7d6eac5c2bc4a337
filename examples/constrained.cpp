// Constraints as functions with their row of the Jacobian, bounds, a callback over the iterations, and a run that is
// interrupted, saved and resumed to the last bit.
#include <cmath>
#include <cstdio>

#include <talweg/talweg.hpp>

using In = std::span<const double>;
using Out = std::span<double>;

/// Writes the gradient, returns the value: Rosenbrock's valley.
double rosenbrock(In x, Out g) {
  const double a = x[1] - x[0] * x[0], b = 1 - x[0];
  g[0] = -400 * x[0] * a - 2 * b;
  g[1] = 200 * a;
  return 100 * a * a + b * b;
}

/// The constraint x² + y² <= 1.5, written c(x) >= 0, and its row of the Jacobian.
double inside_the_disc(In x, Out row) {
  row[0] = -2 * x[0];
  row[1] = -2 * x[1];
  return 1.5 - x[0] * x[0] - x[1] * x[1];
}

void print(const char* what, const talweg::Result& r) {
  std::printf("%-22s f(%.6f, %.6f) = %.6f after %lld evaluations\n  %s\n", what, r.x[0], r.x[1], r.value,
              static_cast<long long>(r.evaluations.function), r.message.c_str());
}

/// A run is interrupted, its state is saved, and another one goes on from there, in another process perhaps: the same
/// path, bit for bit, as the run that was never interrupted.
bool resumes_to_the_last_bit() {
  const talweg::Result whole = talweg::minimize(rosenbrock, {-1.2, 1.0}, talweg::Lbfgs{});

  talweg::Minimizer first(rosenbrock, {-1.2, 1.0}, talweg::Lbfgs{});
  for (int k = 0; k < 10; ++k) first.step();
  talweg::Archive saved;
  first.save(saved);  // saved.save("state.talweg") writes it to a file, talweg::Archive::load reads it

  talweg::Minimizer second(rosenbrock, {-1.2, 1.0}, talweg::Lbfgs{});
  second.load(saved);
  while (second.step() == talweg::Status::running) continue;
  const talweg::Result resumed = second.result();
  return resumed.x == whole.x && resumed.evaluations.function == whole.evaluations.function &&
         resumed.message == whole.message;
}

int main() {
  const std::vector<double> start{-1.2, 1.0};

  talweg::Options disc;
  disc.constraints = {{talweg::Constraint::Kind::inequality, inside_the_disc, "disc"}};
  const talweg::Result sqp = talweg::minimize(rosenbrock, start, talweg::Sqp{}, disc);
  print("sqp", sqp);
  std::printf("  multiplier of the disc %.6f, violation %.2g\n", sqp.multipliers[0], sqp.constraint_violation);
  const talweg::Result auglag = talweg::minimize(rosenbrock, start, talweg::AugmentedLagrangian{}, disc);
  print("augmented Lagrangian", auglag);

  talweg::Options box;
  box.bounds = {{-2.0, -2.0}, {0.5, 2.0}};
  box.on_iteration = [](const talweg::Iteration& i) {
    if (i.iteration == 0 || i.iteration % 5 != 0) return;
    for (const talweg::Observation& o : i.state())
      if (o.name == "active_bounds")
        std::printf("  iteration %lld: f = %.3g, %g bounds active\n", static_cast<long long>(i.iteration), i.value,
                    o.values[0]);
  };
  const talweg::Result bounded = talweg::minimize(rosenbrock, start, talweg::Lbfgsb{}, box);
  print("lbfgsb", bounded);

  const bool same = resumes_to_the_last_bit();
  std::printf("resumed: %s\n", same ? "the same path, bit for bit" : "another path");
  return sqp.success() && auglag.success() && bounded.success() && same && std::abs(sqp.value - auglag.value) < 1e-6 &&
                 bounded.x[0] == 0.5
             ? 0
             : 1;
}
