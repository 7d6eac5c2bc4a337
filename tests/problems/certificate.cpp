#include "certificate.hpp"

#include <cmath>

#include <Eigen/Dense>

namespace talweg::problems {

namespace {

struct Rows {
  Eigen::MatrixXd a;            // (active, n)
  std::vector<bool> free;       // of an equality: its multiplier may have either sign
  std::vector<int> constraint;  // its index, or -1 for a bound
};

Eigen::VectorXd gradient(const Function& f, const Eigen::VectorXd& x, double* value = nullptr) {
  Eigen::VectorXd g(x.size());
  const double v = f({x.data(), static_cast<std::size_t>(x.size())}, {g.data(), static_cast<std::size_t>(g.size())});
  if (value) *value = v;
  return g;
}

Rows active_rows(const Problem& p, const Eigen::VectorXd& x) {
  std::vector<Eigen::VectorXd> rows;
  Rows out;
  const auto add = [&](Eigen::VectorXd row, bool free, int constraint) {
    rows.push_back(std::move(row));
    out.free.push_back(free);
    out.constraint.push_back(constraint);
  };
  for (std::size_t k = 0; k < p.constraints.size(); ++k) {
    const bool equality = p.constraints[k].kind == Constraint::Kind::equality;
    double c = 0;
    Eigen::VectorXd row = gradient(p.constraints[k].function, x, &c);
    if (equality || c <= 1e-6 * (1 + row.lpNorm<Eigen::Infinity>())) add(std::move(row), equality, static_cast<int>(k));
  }
  for (Eigen::Index i = 0; !p.bounds.empty() && i < x.size(); ++i) {
    const double lower = p.bounds.lower[static_cast<std::size_t>(i)],
                 upper = p.bounds.upper[static_cast<std::size_t>(i)];
    const double near = 1e-7 * std::max(1.0, std::abs(x[i]));
    if (x[i] - lower <= near) add(Eigen::VectorXd::Unit(x.size(), i), lower == upper, -1);
    if (upper - x[i] <= near && lower != upper) add(-Eigen::VectorXd::Unit(x.size(), i), false, -1);
  }
  out.a.resize(static_cast<Eigen::Index>(rows.size()), x.size());
  for (std::size_t k = 0; k < rows.size(); ++k) out.a.row(static_cast<Eigen::Index>(k)) = rows[k].transpose();
  return out;
}

/// min |A' m - g| with m >= 0 where it is not free: Lawson and Hanson's active sets.
Eigen::VectorXd multipliers(const Rows& rows, const Eigen::VectorXd& g) {
  const Eigen::Index m = rows.a.rows();
  Eigen::VectorXd best = Eigen::VectorXd::Zero(m);
  std::vector<bool> used(rows.free);
  for (int round = 0; round < 10 * m + 1; ++round) {
    std::vector<Eigen::Index> chosen;
    for (Eigen::Index k = 0; k < m; ++k)
      if (used[static_cast<std::size_t>(k)]) chosen.push_back(k);
    Eigen::VectorXd fit = Eigen::VectorXd::Zero(m);
    if (!chosen.empty()) {
      const Eigen::MatrixXd some = rows.a(chosen, Eigen::all).transpose();
      const Eigen::VectorXd found = some.colPivHouseholderQr().solve(g);
      for (std::size_t k = 0; k < chosen.size(); ++k) fit[chosen[k]] = found[static_cast<Eigen::Index>(k)];
    }
    double share = 1;
    Eigen::Index first = -1;
    for (const Eigen::Index k : chosen)
      if (!rows.free[static_cast<std::size_t>(k)] && fit[k] < 0 && best[k] / (best[k] - fit[k]) < share) {
        share = best[k] / (best[k] - fit[k]);
        first = k;
      }
    best += share * (fit - best);
    if (first >= 0) {
      best[first] = 0;
      used[static_cast<std::size_t>(first)] = false;
      continue;
    }
    const Eigen::VectorXd wish = rows.a * (g - rows.a.transpose() * best);
    Eigen::Index next = -1;
    for (Eigen::Index k = 0; k < m; ++k)
      if (!used[static_cast<std::size_t>(k)] && wish[k] > 1e-10 * (1 + g.norm()) && (next < 0 || wish[k] > wish[next]))
        next = k;
    if (next < 0) return best;
    used[static_cast<std::size_t>(next)] = true;
  }
  return best;
}

/// Central differences of the gradient of f - sum of m_k c_k.
Eigen::MatrixXd hessian(const Problem& p, const Rows& rows, const Eigen::VectorXd& m, const Eigen::VectorXd& x) {
  const auto lagrangian = [&](const Eigen::VectorXd& at) {
    Eigen::VectorXd g = gradient(p.function, at);
    for (Eigen::Index k = 0; k < m.size(); ++k)
      if (const int c = rows.constraint[static_cast<std::size_t>(k)]; c >= 0 && m[k] != 0)
        g -= m[k] * gradient(p.constraints[static_cast<std::size_t>(c)].function, at);
    return g;
  };
  Eigen::MatrixXd h(x.size(), x.size());
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const double step = 1e-5 * std::max(1e-3, std::abs(x[i]));
    const Eigen::VectorXd e = step * Eigen::VectorXd::Unit(x.size(), i);
    h.col(i) = (lagrangian(x + e) - lagrangian(x - e)) / (2 * step);
  }
  return (h + h.transpose()) / 2;
}

}  // namespace

Certificate certify(const Problem& p, const std::vector<double>& point) {
  const Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(point.data(), static_cast<Eigen::Index>(point.size()));
  double f = 0;
  const Eigen::VectorXd g = gradient(p.function, x, &f);
  const Rows rows = active_rows(p, x);
  const Eigen::VectorXd m = multipliers(rows, g);
  Certificate out;
  out.active = static_cast<int>(rows.a.rows());
  out.residual =
      (rows.a.transpose() * m - g).lpNorm<Eigen::Infinity>() / (1 + g.lpNorm<Eigen::Infinity>() + std::abs(f));
  std::vector<Eigen::Index> strict, weak;
  for (Eigen::Index k = 0; k < m.size(); ++k)
    (rows.free[static_cast<std::size_t>(k)] || m[k] > 1e-6 ? strict : weak).push_back(k);
  out.strict = static_cast<int>(strict.size());

  Eigen::MatrixXd open = Eigen::MatrixXd::Identity(x.size(), x.size());
  if (!strict.empty()) {
    const Eigen::FullPivLU<Eigen::MatrixXd> lu(rows.a(strict, Eigen::all));
    if (lu.dimensionOfKernel() == 0) return out;  // a corner: f rises by first order in every direction
    open = Eigen::HouseholderQR<Eigen::MatrixXd>(lu.kernel()).householderQ() *
           Eigen::MatrixXd::Identity(x.size(), lu.dimensionOfKernel());
  }
  const Eigen::MatrixXd h = hessian(p, rows, m, x);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(open.transpose() * h * open);
  out.curvature = eigen.eigenvalues()[0] / std::max(1.0, h.lpNorm<Eigen::Infinity>());
  const Eigen::VectorXd d = open * eigen.eigenvectors().col(0);
  bool ahead = false, back = false;
  for (const Eigen::Index k : weak) {
    const double slope = rows.a.row(k).dot(d);
    ahead = ahead || slope < -1e-9;
    back = back || slope > 1e-9;
  }
  out.blocked = ahead && back;
  return out;
}

}  // namespace talweg::problems
