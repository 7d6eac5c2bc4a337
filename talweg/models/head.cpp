#include "talweg/models/head.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/elementary/functions.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::models {

using data::Task;

Head Head::fit(Task task, std::string_view loss, std::size_t classes, std::span<const double> values) {
  Head head;
  head.task = task;
  const nn::Loss known = nn::loss(loss);
  const nn::LossTraits& traits = known.traits();
  head.loss = known.name();
  head.outputs = task == Task::classes ? classes : 1;
  if (task == Task::regression) {
    const auto outside =
        std::find_if(values.begin(), values.end(), [&](double v) { return v < traits.low || v > traits.high; });
    if (outside != values.end())
      throw Error(text::cat("loss '", head.loss, "' is for ", traits.labels, ", and the target holds ", *outside,
                            "; use ", nn::SquaredError::card.name, " or ", nn::HuberError::card.name));
  }
  if (task == Task::regression && traits.link == nn::Link::identity) {
    if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end()) {
      head.mean = values.empty() ? 0 : values[0];  // a deviation of rounding would make targets of it
      return head;
    }
    const auto n = static_cast<double>(values.size());
    for (const double v : values) head.mean += v / n;
    double squares = 0;
    for (const double v : values) squares += (v - head.mean) * (v - head.mean) / n;
    head.deviation = squares > 0 ? std::sqrt(squares) : 1;
  }
  return head;
}

const nn::LossTraits& Head::traits() const { return nn::loss(loss).traits(); }

double Head::loss_unit() const {
  return traits().degree == 1 ? deviation : deviation * deviation;  // 1 for everything that is not standardised
}

double Head::cut() const {
  if (threshold == 0.5) return 0;
  const double logit = elementary::log(threshold / (1 - threshold));
  return positive == 1 ? logit : -logit;
}

void Head::save(Archive& archive) const {
  archive.put("loss", std::string_view(loss));
  archive.put("head.outputs", static_cast<std::int64_t>(outputs));
  archive.put("head.mean", mean);
  archive.put("head.deviation", deviation);
  if (positive != 1) archive.put("head.positive", static_cast<std::int64_t>(positive));
  if (threshold != 0.5) archive.put("head.threshold", threshold);
}

Head Head::load(const Archive& archive) {
  Head head;
  head.task = data::Target::load(archive).task;
  head.loss = archive.text("loss");
  head.outputs = static_cast<std::size_t>(archive.integer("head.outputs"));
  head.mean = archive.number("head.mean");
  head.deviation = archive.number("head.deviation");
  if (archive.has("head.positive")) head.positive = static_cast<std::size_t>(archive.integer("head.positive"));
  if (archive.has("head.threshold")) head.threshold = archive.number("head.threshold");
  const std::size_t outputs = head.task == Task::classes ? data::Target::load(archive).classes.size() : 1;
  if (head.outputs != outputs) archive.fail("head.outputs", "does not fit the classes of the target");
  return head;
}

template <class T> EncodedTargets<T> encode_targets(const Head& head, std::span<const double> values) {
  EncodedTargets<T> out;
  if (head.task == Task::classes) {
    for (const double v : values) out.classes.push_back(static_cast<std::int32_t>(v));
  } else if (head.task == Task::binary) {
    const nn::LossTraits& traits = head.traits();
    for (const double v : values) out.values.push_back(static_cast<T>(traits.label(v)));
  } else {
    for (const double v : values) out.values.push_back(static_cast<T>((v - head.mean) / head.deviation));
  }
  return out;
}
template EncodedTargets<float> encode_targets(const Head&, std::span<const double>);
template EncodedTargets<double> encode_targets(const Head&, std::span<const double>);

namespace {

void read_binary(const Head& head, std::span<const double> outputs, Predictions& p) {
  const bool probabilities = head.has_probabilities();
  const double cut = head.cut();
  p.values.reserve(outputs.size());
  p.scores.reserve(outputs.size());
  p.probabilities.reserve(probabilities ? 2 * outputs.size() : 0);
  for (const double z : outputs) {
    p.values.push_back(z > cut ? 1 : 0);
    p.scores.push_back(z);
    if (!probabilities) continue;
    const double e = elementary::exp(-std::abs(z)), large = 1 / (1 + e), small = e / (1 + e);
    p.probabilities.push_back(z > 0 ? small : large);
    p.probabilities.push_back(z > 0 ? large : small);
  }
}

void read_classes(std::span<const double> outputs, std::size_t classes, Predictions& p) {
  for (std::size_t at = 0; at < outputs.size(); at += classes) {
    const auto row = outputs.subspan(at, classes);
    const auto best = std::max_element(row.begin(), row.end());
    p.values.push_back(static_cast<double>(best - row.begin()));
    double sum = 0;
    for (const double z : row) {
      p.probabilities.push_back(elementary::exp(z - *best));
      sum += p.probabilities.back();
    }
    for (double& part : std::span(p.probabilities).last(classes)) part /= sum;
    if (classes == 2) p.scores.push_back(row[1] - row[0]);
  }
}

}  // namespace

Predictions read_outputs(const Head& head, std::span<const double> outputs) {
  Predictions p;
  if (head.task == Task::binary) {
    p.classes = 2;
    read_binary(head, outputs, p);
  } else if (head.task == Task::classes) {
    p.classes = head.outputs;
    read_classes(outputs, head.outputs, p);
  } else {
    std::transform(outputs.begin(), outputs.end(), std::back_inserter(p.values), head.unit());
  }
  return p;
}

std::optional<std::size_t> row_without_number(const Head& head, std::span<const double> outputs, bool single) {
  const double largest = single ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  const auto first = [&](std::span<const double> numbers, std::size_t width) {
    const auto bad = std::ranges::find_if(numbers, [&](double v) { return !(std::abs(v) <= largest); });
    return static_cast<std::size_t>(bad - numbers.begin()) / width;
  };
  std::size_t row = first(outputs, head.outputs);
  if (head.task == Task::regression) {
    std::vector<double> values;
    std::ranges::transform(outputs, std::back_inserter(values), head.unit());
    row = std::min(row, first(values, 1));
  }
  return row < outputs.size() / head.outputs ? std::optional(row) : std::nullopt;
}

}  // namespace talweg::models
