#include "talweg/nn/network.hpp"

#include <algorithm>
#include <array>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/ops/all.hpp"

namespace talweg::nn {

template <class T> const Parameter& Parameters<T>::find(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const Parameter& p : list) {
    if (p.name == name) return p;
    names.push_back(p.name);
  }
  const std::string near = text::did_you_mean(name, names);
  throw Error(
      text::cat("unknown parameter '", name, "'", near.empty() ? "" : ": ", near, "; there are ", text::list(names)));
}
template struct Parameters<float>;
template struct Parameters<double>;

namespace {

void check_size(std::string_view what, std::int64_t size) {
  if (size < 1 || size > 10'000'000)
    throw Error(text::cat(what, " = ", size, " is out of range: give a number from 1 to 10000000"));
}

constexpr std::int64_t most_parameters = std::int64_t{1} << 46;  // no machine holds them, and no sum overflows

}  // namespace

std::vector<Parameter> mlp_parameters(const MlpOptions& options) {
  check_size("inputs", options.inputs);
  check_size("outputs", options.outputs);
  for (const std::int64_t size : options.hidden) check_size("the size of a hidden layer", size);
  std::vector<Parameter> list;
  std::int64_t offset = 0, width = options.inputs;
  for (std::size_t layer = 0; layer <= options.hidden.size(); ++layer) {
    const std::int64_t size = layer < options.hidden.size() ? options.hidden[layer] : options.outputs;
    const std::string name = text::cat("dense", layer + 1);
    list.push_back({text::cat(name, ".weight"), {width, size}, offset});
    list.push_back({text::cat(name, ".bias"), {size}, offset + width * size});
    offset += width * size + size;
    if (offset > most_parameters)
      throw Error(text::cat("a network of more than ", most_parameters, " parameters fits into no memory; ",
                            "make its layers smaller"));
    width = size;
  }
  return list;
}

template <class T>
Network<T>::Network(const MlpOptions& options)
    : options_(options), list_(mlp_parameters(options)), random_(options.seed), tape_(std::make_unique<Tape<T>>()) {
  if (!(options.dropout >= 0 && options.dropout < 1))
    throw Error(text::cat("dropout = ", options.dropout, " is out of range: give a number in [0, 1)"));
  const Activation hidden_activation = nn::activation(options.activation);
  for (std::size_t weight = 0; weight < list_.size(); weight += 2) {
    const Shape& shape = list_[weight].shape;
    const bool last = weight + 2 == list_.size();
    layers_.push_back({text::cat("dense", layers_.size() + 1), shape[0], shape[1], weight, weight + 1,
                       last ? Activation(Elementwise<Identity>{}) : hidden_activation});
  }
  values_.resize(static_cast<std::size_t>(list_.back().offset + list_.back().size()));
  gradients_.resize(values_.size());
  for (const Layer& layer : layers_) {
    const Init how = options.init.empty() ? default_init(layer.activation) : nn::init(options.init);
    initialize(how, random_, parameters().value(list_[layer.weight]));
  }
}

template <class T> void Network<T>::check_input(const Shape& shape) const {
  if (shape.rank() != 2 || shape[1] != options_.inputs)
    throw Error(text::cat("the network takes rows of ", options_.inputs, " numbers, an input of shape (rows, ",
                          options_.inputs, "), not ", shape.to_string()));
}

template <class T> void Network<T>::start_afresh() {
  if (tape_->replayed()) tape_->clear();
}

template <class T> Var<T> Network<T>::variable(std::size_t parameter) {
  const Parameters<T> p = parameters();
  return tape_->variable(p.value(list_[parameter]), p.gradient(list_[parameter]));
}

template <class T> Var<T> Network<T>::operator()(View<const T> x) {
  check_input(x.shape());
  start_afresh();
  Var<T> value = tape_->constant(x);
  for (const Layer& layer : layers_) {
    value = (*tape_)(Dense{}, value, variable(layer.weight), variable(layer.bias));
    if (&layer == &layers_.back()) break;
    value = activate(layer.activation, value);
    if (options_.dropout > 0) value = (*tape_)(Dropout{options_.dropout, random_.bits()}, value);
  }
  return value;
}

template <class T> Var<T> Network<T>::penalty(double l1, double l2, Penalised which) {
  start_afresh();
  Var<T> total;
  bool first = true;
  const auto add = [&](Var<T> term) {
    total = first ? term : total + term;
    first = false;
  };
  const auto add_both = [&](std::size_t parameter) {
    const Var<T> w = variable(parameter);
    if (l1 != 0) add((*tape_)(L1Penalty{l1}, w));
    if (l2 != 0 || first) add((*tape_)(L2Penalty{l2}, w));
  };
  for (const Layer& layer : layers_) {
    add_both(layer.weight);
    if (which == Penalised::all) add_both(layer.bias);
  }
  return total;
}

template <class T> Tensor<T> Network<T>::predict(View<const T> x) const {
  Tensor<T> y({x.rows(), options_.outputs});
  predict(x, y);
  return y;
}

template <class T> void Network<T>::predict(View<const T> x, View<T> y) const {
  check_input(x.shape());
  if (y.rows() != x.rows() || y.columns() != options_.outputs)
    throw Error(text::cat("predictions for ", x.rows(), " rows have the shape (", x.rows(), ", ", options_.outputs,
                          "), not ", y.shape().to_string()));
  constexpr std::int64_t rows_at_once = 256;  // the values of a block stay in the second cache
  std::int64_t widest = 0;
  for (const Layer& layer : layers_) widest = std::max(widest, layer.outputs);
  Pool& pool = tape_->pool();
  for_ranges(pool, x.rows(), rows_at_once, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t rows = end - begin;
    std::array<AlignedVector<T>, 2> scratch;
    for (auto& s : scratch) s.resize(static_cast<std::size_t>(rows * widest));
    View<const T> in = x.row_range(begin, rows);
    for (const Layer& layer : layers_) {
      const bool last = &layer == &layers_.back();
      const View<T> out = last ? y.row_range(begin, rows) : View<T>(scratch[0].data(), {rows, layer.outputs});
      Dense{}.forward<T>(pool, {in, value(layer.weight), value(layer.bias)}, out, nullptr);
      if (last) break;
      const View<T> activated(scratch[1].data(), out.shape());
      evaluate<T>(pool, layer.activation, out, activated);
      in = activated;
    }
  });
}

template class Network<float>;
template class Network<double>;

}  // namespace talweg::nn
