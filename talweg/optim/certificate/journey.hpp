#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace talweg::certificate {

/// How far a run has come, in f and in each variable: the yardstick of a test of convergence without units. Kept over
/// the whole run and over its recent part, the last half to three quarters of the iterations, which a bad start does
/// not inflate.
class Journey {
 public:
  /// `detours`: f may rise on the way, to where constraints hold, and falls are measured from its highest value.
  void begin(std::span<const double> x, double f, bool detours = false);
  /// Takes note of the next iterate.
  void see(std::span<const double> x, double f);

  double start_value() const { return start_; }
  /// f(x0) − f, and the same since the recent part began.
  double fall(double f) const { return start_ - f; }
  double recent_fall(double f) const;
  /// max − min of x_i over the iterates.
  double range(std::size_t i) const;
  double recent_range(std::size_t i) const;
  std::int64_t iterations() const { return iterations_; }

  /// Every member; loads into a journey that has begun.
  template <class Self, class V> static void visit(Self& j, V&& v) {
    for (auto* w : {&j.old_, &j.before_, &j.now_}) v(w->low), v(w->high), v(w->start);
    v.count(j.iterations_), v(j.start_), v(j.lowest_), v(j.detours_);
  }

 private:
  struct Window {
    std::vector<double> low, high;  ///< (n)
    double start = 0;               ///< the lowest f when it began: a detour upwards is no way to have fallen from
    void reset(std::span<const double> x, double f);
    void include(std::span<const double> x);
    void merge(const Window& other);
  };
  Window old_, before_, now_;  ///< a new window begins at each power of two: `before_` and `now_` are the recent part
  std::int64_t iterations_ = 0;
  double start_ = 0, lowest_ = 0;
  bool detours_ = false;
};

}  // namespace talweg::certificate
