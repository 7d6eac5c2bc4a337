#include "talweg/train/online/row_loss.hpp"

namespace talweg::train::online {

RowLoss::RowLoss(const models::Head& head)
    : loss_(nn::loss(head.loss)), two_classes_(loss_.traits().task == nn::Task::binary) {}

double RowLoss::operator()(std::span<const double> outputs, double truth, std::span<double> slopes) const {
  return loss_.of_row(outputs, two_classes_ ? loss_.traits().label(truth) : truth, slopes);
}

}  // namespace talweg::train::online
