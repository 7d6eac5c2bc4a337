#include "talweg/train/defaults.hpp"

#include <algorithm>
#include <cmath>

namespace talweg::train {

// Measured on splits of 80 : 20, several seeds each, Adam with a cosine down to 0 (digits, iris, wine, breast cancer,
// California housing, diabetes, Friedman 1, two moons, MNIST 10k): networks were best near 0.003 for 5,000 steps,
// models without hidden layer near 0.02 for 4,000. More epochs than the caps below only taught small tables by heart:
// on diabetes (353 rows, mlp:64,32) the last epoch's RMSE is 66 after 60 epochs and 84 after 500.
Defaults defaults_for(const models::ModelSpec& spec, const FirstOrder* method, std::size_t rows) {
  const bool network = spec.kind == "mlp";
  Defaults d;
  d.optimizer = network ? "adam,learning_rate=0.003" : "adam,learning_rate=0.02";
  d.schedule = method == nullptr ? "cosine" : "constant";
  d.online = method != nullptr && method->name() == "ftrl";
  d.batch_size = d.online ? 1 : 32;
  const double per_epoch = std::ceil(static_cast<double>(rows) / static_cast<double>(d.batch_size));
  const double least = std::clamp(std::floor(30'000 / per_epoch), 3.0, 20.0), most = network ? 400 : 300;
  d.epochs = static_cast<std::int64_t>(std::clamp(std::ceil((network ? 5000 : 4000) / per_epoch), least, most));
  return d;
}

}  // namespace talweg::train
