#include "talweg/report/plot/contours.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace talweg::report::plot {

namespace {

/// An edge of the grid by the number of its lower or left corner: even for a horizontal one, odd for a vertical one.
using Edge = std::size_t;

class March {
 public:
  March(const Field& field, double level) : field_(field), level_(level) {}

  std::vector<Outline> outlines() {
    for (std::size_t j = 0; j + 1 < field_.rows; ++j)
      for (std::size_t i = 0; i + 1 < field_.columns; ++i) cell(i, j);
    std::vector<Outline> out;
    while (!following_.empty()) out.push_back(follow(smallest_first()));
    return out;
  }

 private:
  bool inside(std::size_t i, std::size_t j) const {
    const bool border = i == 0 || j == 0 || i + 1 == field_.columns || j + 1 == field_.rows;
    return !border && field_.at(i, j) <= level_;  // false for NaN
  }

  Edge edge(std::size_t i, std::size_t j, std::size_t side) const {
    const std::size_t corner = j * field_.columns + i;
    switch (side) {
      case 0:
        return 2 * corner;  // bottom
      case 1:
        return 2 * (corner + 1) + 1;  // right
      case 2:
        return 2 * (corner + field_.columns);  // top
      default:
        return 2 * corner + 1;  // left
    }
  }

  /// Joins each edge of the cell where one leaves the inside, walking round it, to the edge where one came in: the
  /// inside stays on one hand.
  void cell(std::size_t i, std::size_t j) {
    const std::array<bool, 4> in{inside(i, j), inside(i + 1, j), inside(i + 1, j + 1), inside(i, j + 1)};
    for (std::size_t k = 0; k < 4; ++k) {
      if (!in[k] || in[(k + 1) % 4]) continue;
      std::size_t e = (k + 3) % 4;
      while (in[e]) e = (e + 3) % 4;
      following_.emplace(edge(i, j, k), edge(i, j, e));
      order_.push_back(edge(i, j, k));
    }
  }

  Edge smallest_first() {
    while (!following_.contains(order_[next_])) ++next_;
    return order_[next_];
  }

  Outline follow(Edge at) {
    Outline line;
    for (auto it = following_.find(at); it != following_.end(); it = following_.find(at)) {
      line.push_back(crossing(at));
      at = it->second;
      following_.erase(it);
    }
    return line;
  }

  std::array<double, 2> crossing(Edge e) const {
    const std::size_t corner = e / 2, i = corner % field_.columns, j = corner / field_.columns;
    const bool vertical = e % 2 == 1;
    const std::size_t i2 = vertical ? i : i + 1, j2 = vertical ? j + 1 : j;
    const double a = field_.at(i, j), b = field_.at(i2, j2);
    double t = (level_ - a) / (b - a);
    if (!(t >= 0 && t <= 1)) t = 0.5;  // at the border and beside NaN
    return {field_.x0 + field_.dx * (static_cast<double>(i) + (vertical ? 0 : t)),
            field_.y0 + field_.dy * (static_cast<double>(j) + (vertical ? t : 0))};
  }

  const Field& field_;
  double level_;
  std::unordered_map<Edge, Edge> following_;
  std::vector<Edge> order_;  ///< so that the same field gives the same outlines in the same order
  std::size_t next_ = 0;
};

double distance(const std::array<double, 2>& p, const std::array<double, 2>& a, const std::array<double, 2>& b) {
  const double dx = b[0] - a[0], dy = b[1] - a[1], length = std::hypot(dx, dy);
  if (length == 0) return std::hypot(p[0] - a[0], p[1] - a[1]);
  return std::abs(dx * (a[1] - p[1]) - (a[0] - p[0]) * dy) / length;
}

}  // namespace

Field sample(const std::function<double(double, double)>& f, std::array<double, 2> x_range,
             std::array<double, 2> y_range, std::size_t cells_x, std::size_t cells_y) {
  Field field;
  field.columns = cells_x + 3;
  field.rows = cells_y + 3;
  field.dx = (x_range[1] - x_range[0]) / static_cast<double>(cells_x);
  field.dy = (y_range[1] - y_range[0]) / static_cast<double>(cells_y);
  field.x0 = x_range[0] - field.dx;
  field.y0 = y_range[0] - field.dy;
  field.values.reserve(field.columns * field.rows);
  for (std::size_t j = 0; j < field.rows; ++j)
    for (std::size_t i = 0; i < field.columns; ++i)
      field.values.push_back(
          f(field.x0 + field.dx * static_cast<double>(i), field.y0 + field.dy * static_cast<double>(j)));
  return field;
}

std::vector<Outline> region(const Field& field, double level) { return March(field, level).outlines(); }

std::vector<double> levels(const Field& field, int count) {
  std::vector<double> sorted;
  for (const double v : field.values)
    if (std::isfinite(v)) sorted.push_back(v);
  if (sorted.empty()) return {};
  std::sort(sorted.begin(), sorted.end());
  const auto quantile = [&](double q) {
    return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
  };
  // The scale of the valley's floor: a hundredth of the area lies below lowest + floor.
  const double lowest = sorted.front(), top = quantile(0.995),
               floor = std::max(quantile(0.01) - lowest, (top - lowest) * 1e-9);
  if (!(top > lowest) || !std::isfinite(top - lowest)) return {};
  std::vector<double> out;
  const double height = std::log1p((top - lowest) / floor);
  for (int k = 1; k <= count; ++k) out.push_back(lowest + floor * std::expm1(height * k / (count + 0.5)));
  return out;
}

Outline simplified(const Outline& line, double tolerance) {
  if (line.size() < 3) return line;
  std::vector<bool> keep(line.size());
  keep.front() = keep.back() = true;
  std::vector<std::array<std::size_t, 2>> open{{0, line.size() - 1}};
  while (!open.empty()) {
    const auto [a, b] = open.back();
    open.pop_back();
    std::size_t far = a;
    double most = tolerance;
    for (std::size_t k = a + 1; k < b; ++k)
      if (const double d = distance(line[k], line[a], line[b]); d > most) most = d, far = k;
    if (far == a) continue;
    keep[far] = true;
    open.push_back({a, far});
    open.push_back({far, b});
  }
  Outline out;
  for (std::size_t k = 0; k < line.size(); ++k)
    if (keep[k]) out.push_back(line[k]);
  return out;
}

}  // namespace talweg::report::plot
