#include "talweg/train/online/row_loss.hpp"

#include <algorithm>
#include <variant>

#include "talweg/tensor/functions.hpp"

namespace talweg::train::online {

namespace {

template <class F> double pointwise(const nn::PointwiseLoss<F>& loss, double p, double t, double& slope) {
  slope = loss.f.slope(p, t);
  return loss.f.value(p, t);
}

double softmax(std::span<const double> z, std::size_t truth, std::span<double> slopes) {
  const double top = *std::max_element(z.begin(), z.end());
  double sum = 0;
  for (std::size_t o = 0; o < z.size(); ++o) sum += slopes[o] = fast::exp(z[o] - top);
  for (double& s : slopes) s /= sum;
  slopes[truth] -= 1;
  return std::log(sum) - (z[truth] - top);
}

}  // namespace

RowLoss::RowLoss(const models::Head& head)
    : loss_(nn::loss(head.loss)),
      logistic_(head.task == data::Task::binary && head.loss == "binary_cross_entropy"),
      hinge_(head.loss == "hinge") {}

double RowLoss::operator()(std::span<const double> outputs, double truth, std::span<double> slopes) const {
  if (logistic_) {  // value and slope share their exponential
    const double z = outputs[0], e = fast::exp(z < 0 ? z : -z);
    slopes[0] = (z < 0 ? e : 1) / (1 + e) - truth;
    return (z < 0 ? 0 : z) + fast::log1p_unit(e) - truth * z;
  }
  return std::visit(
      [&]<class L>(const L& loss) {
        if constexpr (L::needs_classes)
          return softmax(outputs, static_cast<std::size_t>(truth), slopes);
        else
          return pointwise(loss, outputs[0], hinge_ ? 2 * truth - 1 : truth, slopes[0]);
      },
      loss_);
}

}  // namespace talweg::train::online
