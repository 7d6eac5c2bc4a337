#include "talweg/optim/least_squares/loss.hpp"

#include <array>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/elementary/functions.hpp"

namespace talweg {

using text::cat;

namespace {
constexpr std::array<std::string_view, 4> names{"squares", "huber", "cauchy", "soft_l1"};
}  // namespace

Loss Loss::parse(std::string_view given) {
  const auto equals = given.find('=');
  const std::string_view name = text::trim(given.substr(0, equals));
  Loss loss;
  std::size_t k = 0;
  while (k < names.size() && names[k] != name) ++k;
  if (k == names.size()) {
    const std::string near = text::did_you_mean(name, names);
    throw Error("loss", cat("unknown loss '", name, "': the losses are ", text::list(names), ", such as huber=1.5",
                            near.empty() ? "" : cat("; ", near)));
  }
  loss.kind = static_cast<Kind>(k);
  if (equals == std::string_view::npos) return loss;
  const std::string_view scale = text::trim(given.substr(equals + 1));
  if (!loss.robust())
    throw Error("loss", cat("squares=", scale, ": squares has no scale; write squares, or huber=", scale));
  const auto number = text::parse_number(scale);
  if (!number || !(*number > 0) || std::isinf(*number))
    throw Error("loss", cat(name, "=", scale, ": the scale is a finite number above 0, in the unit of the residuals"));
  loss.scale = *number;
  return loss;
}

std::string Loss::text() const {
  const std::string_view name = names[static_cast<std::size_t>(kind)];
  return robust() ? cat(name, "=", scale) : std::string(name);
}

double Loss::value(double r) const {
  const double a = std::abs(r / scale), z = a * a, s2 = scale * scale;
  switch (kind) {
    case Kind::squares:
      break;
    case Kind::huber:
      return a <= 1 ? r * r : s2 * (2 * a - 1);
    case Kind::cauchy:
      return s2 * elementary::log1p(z);
    case Kind::soft_l1:
      return s2 * 2 * (z / (std::sqrt(1 + z) + 1));
  }
  return r * r;
}

double Loss::influence(double r) const {
  const double a = std::abs(r / scale), z = a * a;
  switch (kind) {
    case Kind::squares:
      break;
    case Kind::huber:
      return a <= 1 ? r : r / a;
    case Kind::cauchy:
      return r / (1 + z);
    case Kind::soft_l1:
      return r / std::sqrt(1 + z);
  }
  return r;
}

double Loss::curvature(double r) const {
  const double a = std::abs(r / scale), z = a * a;
  switch (kind) {
    case Kind::squares:
      break;
    case Kind::huber:
      return a <= 1 ? 1 : 0;
    case Kind::cauchy:
      return (1 - z) / ((1 + z) * (1 + z));
    case Kind::soft_l1:
      return 1 / ((1 + z) * std::sqrt(1 + z));
  }
  return 1;
}

}  // namespace talweg
