#include "talweg/report/plot/scale.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"

namespace talweg::report::plot {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string superscript(int power) {
  static constexpr std::array digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out;
  for (const char c : text::cat(power)) out += c == '-' ? "⁻" : digits[static_cast<std::size_t>(c - '0')];
  return out;
}

std::string power_of_ten(int power) {
  return power >= -2 && power <= 3 ? shown(std::pow(10.0, power)) : text::cat("10", superscript(power));
}

std::vector<Tick> log_ticks(const Range& range, int count) {
  const int first = static_cast<int>(std::ceil(std::log10(range.low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(range.high) + 1e-9));
  std::vector<Tick> out;
  const int every = std::max(1, (last - first + count) / count);
  for (int power = first; power <= last; ++power)
    if (((power % every) + every) % every == 0) out.push_back({std::pow(10.0, power), power_of_ten(power)});
  if (last - first >= 2) return out;
  for (int power = first - 1; power <= last; ++power)
    for (const double digit : {2.0, 5.0}) {
      const double value = digit * std::pow(10.0, power);
      if (value >= range.low && value <= range.high) out.push_back({value, shown(value)});
    }
  std::sort(out.begin(), out.end(), [](const Tick& a, const Tick& b) { return a.value < b.value; });
  return out;
}

/// 1, 2 or 5 times a power of ten.
double round_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digit = rough / power;
  return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

}  // namespace

double Range::place(double value) const {
  if (!std::isfinite(value)) return nan;
  if (scale == Scale::linear) return (value - low) / (high - low);
  return value > 0 ? (std::log10(value) - std::log10(low)) / (std::log10(high) - std::log10(low)) : nan;
}

Range range_of(const Axis& axis, const std::vector<double>& values, double margin) {
  const bool log = axis.scale == Scale::log;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double v : values)
    if (std::isfinite(v) && (!log || v > 0)) low = std::min(low, v), high = std::max(high, v);
  if (low > high) low = log ? 1 : 0, high = log ? 10 : 1;
  // Wider than a double can hold is shown in halves: a run that diverged to 1e308.
  const auto bend = [&](double v) { return log ? std::log10(v) : v / 2; };
  const auto unbend = [&](double v) {
    constexpr double huge = std::numeric_limits<double>::max(), tiny = std::numeric_limits<double>::denorm_min();
    return log ? std::clamp(std::pow(10.0, v), tiny, huge) : std::clamp(v, -huge / 2, huge / 2) * 2;
  };
  double a = bend(low), b = bend(high);
  if (b - a <= 1e-12 * std::max(std::abs(a), std::abs(b))) {
    const double half = log ? 0.5 : std::max(std::abs(a), 1e-300) * 0.1;
    a -= a == 0 && !log ? 0.5 : half, b += b == 0 && !log ? 0.5 : half;
  }
  const double width = b - a;
  a -= margin * width, b += margin * width;
  return {axis.low.value_or(unbend(a)), axis.high.value_or(unbend(b)), axis.scale};
}

std::vector<Tick> ticks(const Range& range, int count) {
  if (range.scale == Scale::log) return log_ticks(range, count);
  const double step = round_step((range.high / count - range.low / count));
  std::vector<Tick> out;
  if (!(step > 0) || !std::isfinite(step)) return out;
  // Whole multiples of the step, so that 0 is 0 and not 1e-17.
  for (double k = std::ceil(range.low / step - 1e-9); k * step <= range.high + 1e-9 * step && out.size() < 50; ++k)
    out.push_back({k * step, shown(k == 0 ? 0 : k * step)});
  return out;
}

std::string shown(double value, int digits) {
  const std::string plain = text::brief(value, digits);
  const auto e = plain.find('e');
  std::string out;
  for (const char c : plain.substr(0, e)) out += c == '-' ? "−" : std::string(1, c);
  if (e == std::string::npos) return out;
  const auto power =
      static_cast<int>(text::parse_integer(plain.substr(plain[e + 1] == '+' ? e + 2 : e + 1)).value_or(0));
  return out == "1" ? text::cat("10", superscript(power)) : text::cat(out, "·10", superscript(power));
}

}  // namespace talweg::report::plot
