#pragma once
#include <optional>
#include <string>
#include <vector>

#include "talweg/optim/certificate/certificate.hpp"
#include "talweg/optim/least_squares/curvature.hpp"
#include "talweg/optim/least_squares/levenberg_marquardt.hpp"
#include "talweg/optim/least_squares/linear_model.hpp"
#include "talweg/optim/least_squares/problem.hpp"
#include "talweg/optim/status.hpp"

namespace talweg::lsq {

/// The loop of Levenberg-Marquardt: steps from a start to an ending.
class FitRun {
 public:
  FitRun(Problem& problem, const LevenbergMarquardt& method) : problem_(problem), method_(method) {}

  void run(std::vector<double> x0);

  Status status() const { return status_; }
  /// What a user should hear of the ending beside its status.
  const std::string& why() const { return why_; }
  const FitPoint& point() const { return point_; }
  /// At point(); none where the residuals or the Jacobian are not finite at the start.
  const std::optional<LinearModel>& model() const { return model_; }
  /// What curvature says of point().
  const Certificate& certificate() const { return certificate_; }
  std::int64_t iterations() const { return iterations_; }
  double start_value() const { return start_value_; }

 private:
  bool begin(std::vector<double> x0);
  void step();
  void end(Status status, std::string why = {});
  bool out_of_budget();
  bool told_to_stop();
  std::optional<std::vector<double>> propose(Proposal& proposal);
  std::optional<LinearModel> model_at(const FitPoint& point);
  void shorten(const Proposal& proposal, double actual);
  void take(FitPoint point, LinearModel model);
  bool polish(const std::optional<FitCurvature>& curvature);
  void judge(const std::optional<FitCurvature>& curvature);
  bool leave(const FitCurvature& curvature);
  void settle();
  double noise();
  bool is_resolved() const;
  void clamp(std::vector<double>& x) const;
  std::string name(std::size_t parameter) const;

  Problem& problem_;
  const LevenbergMarquardt& method_;
  FitPoint point_;
  std::optional<LinearModel> model_;
  std::vector<double> d_;  ///< (n): the largest length that each column had
  double radius_ = 0;
  std::optional<double> noise_;  ///< at point_
  Certificate certificate_;
  std::int64_t iterations_ = 0;
  double start_value_ = 0;
  Status status_ = Status::running;
  std::string why_;
};

}  // namespace talweg::lsq
