#include "talweg/train/calibration.hpp"

#include <cmath>
#include <numbers>

#include "talweg/elementary/functions.hpp"

namespace talweg::train {

namespace {

constexpr double usual_deviation = 0.3;  // of log s: measured, see docs/default-network.md
constexpr double farthest = 1.5;         // log s
constexpr int narrowings = 40;           // by .618 each: to 1e-8 of the interval
constexpr std::size_t numbers_between_questions = std::size_t{1} << 20;  // whether to stop

double log_loss(const models::Head& head, std::span<const double> outputs, std::span<const double> truth,
                std::span<const double> weights, double s) {
  std::vector<double> scaled;
  for (const double z : outputs) scaled.push_back(s * z);
  const models::Predictions p = models::read_outputs(head, scaled);
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i)
    sum -= (weights.empty() ? 1 : weights[i]) *
           elementary::log(std::max(p.probabilities[i * p.classes + static_cast<std::size_t>(truth[i])], 1e-300));
  return sum;
}

}  // namespace

double output_scale(const models::Head& head, std::span<const double> outputs, std::span<const double> truth,
                    std::span<const double> weights, const Stop& stop) {
  std::size_t since_question = 0;
  const auto cost = [&](double log_s) {
    if ((since_question += outputs.size()) > numbers_between_questions) {
      stop.check();
      since_question = 0;
    }
    return log_loss(head, outputs, truth, weights, elementary::exp(log_s)) +
           elementary::pow(log_s / usual_deviation, 2) / 2;
  };
  // Golden section: along s the log loss is convex, with the second term there is one lowest place in practice.
  constexpr double share = std::numbers::phi - 1;
  double low = -farthest, high = farthest, a = high - share * (high - low), b = low + share * (high - low);
  double at_a = cost(a), at_b = cost(b);
  for (int i = 0; i < narrowings; ++i) {
    if (at_a <= at_b) {
      high = b, b = a, at_b = at_a;
      a = high - share * (high - low), at_a = cost(a);
    } else {
      low = a, a = b, at_a = at_b;
      b = low + share * (high - low), at_b = cost(b);
    }
  }
  return elementary::exp((low + high) / 2);
}

template <class T>
double calibrate(models::Model<T>& model, const Examples<T>& held_back, Pool& pool, const Stop& stop) {
  const double s = output_scale(model.head(), outputs_of(model, held_back, pool), held_back.truth,
                                held_back.row_weights().of_loss(), stop);
  nn::Network<T>& network = model.network();
  const nn::PlacedLayer& last = network.layers().back();
  const nn::Parameters<T> all = network.parameters();
  for (const nn::Parameter& parameter : all.list.subspan(last.first, last.count))
    for (T& v : all.value(parameter)) v = static_cast<T>(s * static_cast<double>(v));
  return s;
}

template double calibrate(models::Model<float>&, const Examples<float>&, Pool&, const Stop&);
template double calibrate(models::Model<double>&, const Examples<double>&, Pool&, const Stop&);

}  // namespace talweg::train
