#include "talweg/train/inference.hpp"

#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/optim/least_squares/student.hpp"

namespace talweg::train {

void Inference::save(Archive& archive) const {
  if (!none.empty()) archive.put("inference.none", std::string_view(none));
  if (errors.empty()) return;
  archive.put("inference.errors", errors);
  archive.put("inference.degrees_of_freedom", degrees_of_freedom);
  archive.put("inference.penalised", static_cast<std::int64_t>(penalised));
}

Inference Inference::load(const Archive& archive, std::size_t count) {
  Inference i;
  if (archive.has("inference.none")) i.none = archive.text("inference.none");
  if (!archive.has("inference.errors")) return i;
  i.errors = archive.doubles("inference.errors");
  if (i.errors.size() != count)
    archive.fail("inference.errors", text::cat("holds ", i.errors.size(), " numbers where the model has ", count));
  for (const char* beside : {"inference.degrees_of_freedom", "inference.penalised"})
    if (!archive.has(beside)) archive.fail(beside, "is missing beside inference.errors");
  i.degrees_of_freedom = archive.number("inference.degrees_of_freedom");
  i.penalised = archive.integer("inference.penalised") != 0;
  return i;
}

Estimate estimate(double value, double error, const Inference& inference) {
  constexpr double level = 0.95;
  const double degrees =
      inference.degrees_of_freedom > 0 ? inference.degrees_of_freedom : std::numeric_limits<double>::infinity();
  const double statistic = value / error, half = student_quantile(level, degrees) * error;
  return {statistic, student_two_tails(std::abs(statistic), degrees), value - half, value + half};
}

}  // namespace talweg::train
