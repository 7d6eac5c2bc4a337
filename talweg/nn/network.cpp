#include "talweg/nn/network.hpp"

#include <algorithm>
#include <map>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/layers/dense.hpp"
#include "talweg/nn/ops/arithmetic.hpp"
#include "talweg/nn/ops/regularization.hpp"

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

void check_row_size(std::string_view what, std::int64_t size) {
  if (size < 1 || size > 10'000'000)
    throw Error(text::cat(what, " = ", size, " is out of range: give a number from 1 to 10000000"));
}

namespace {

constexpr std::int64_t most_parameters = std::int64_t{1} << 46;  // no machine holds them, and no sum overflows

struct Layout {
  std::vector<PlacedLayer> layers;
  std::vector<Parameter> list;
};

Layout place(std::int64_t inputs, std::span<const Module> modules) {
  check_row_size("inputs", inputs);
  if (modules.empty()) throw Error("a network needs a layer");
  Layout out;
  std::map<std::string_view, int> seen;
  std::int64_t offset = 0, width = inputs;
  for (const Module& module : modules) {
    PlacedLayer layer{
        module, text::cat(module.name(), ++seen[module.name()]), width, module.outputs(width), out.list.size(), 0};
    check_row_size(text::cat("the outputs of ", layer.name), layer.outputs);
    for (const LayerParameter& p : module.parameters(width)) {
      out.list.push_back({text::cat(layer.name, ".", p.name), p.shape, offset});
      offset += p.shape.size();
      if (offset > most_parameters)
        throw Error(text::cat("a network of more than ", most_parameters, " parameters fits into no memory; ",
                              "make its layers smaller"));
    }
    layer.count = out.list.size() - layer.first;
    width = layer.outputs;
    out.layers.push_back(std::move(layer));
  }
  return out;
}

}  // namespace

std::vector<Parameter> layout(std::int64_t inputs, std::span<const Module> layers) {
  return place(inputs, layers).list;
}

template <class T>
Network<T>::Network(std::int64_t inputs, std::vector<Module> modules, std::uint64_t seed)
    : random_(seed), tape_(std::make_unique<Tape<T>>()) {
  Layout placed = place(inputs, modules);
  layers_ = std::move(placed.layers);
  list_ = std::move(placed.list);
  values_.resize(list_.empty() ? 0 : static_cast<std::size_t>(list_.back().offset + list_.back().size()));
  gradients_.resize(values_.size());
  for (const PlacedLayer& layer : layers_) {
    std::vector<View<T>> own;
    for (std::size_t i = 0; i < layer.count; ++i) own.push_back(parameters().value(list_[layer.first + i]));
    layer.module.template start<T>(random_, own);
  }
}

template <class T> void Network<T>::check_input(const Shape& shape) const {
  if (shape.rank() != 2 || shape[1] != inputs())
    throw Error(text::cat("the network takes rows of ", inputs(), " numbers, an input of shape (rows, ", inputs(),
                          "), not ", shape.to_string()));
}

template <class T> void Network<T>::check_input(const SparseInput& x) const {
  check_input(Shape{x.rows, x.columns});
  if (!layers_.front().module.as<layers::Dense>())
    throw Error(text::cat("sparse rows go into a dense layer, and the first layer here is ", layers_.front().name));
}

template <class T> void Network<T>::start_afresh() {
  if (tape_->replayed()) tape_->clear();
}

template <class T> Var<T> Network<T>::variable(std::size_t parameter) {
  const Parameters<T> p = parameters();
  return tape_->variable(p.value(list_[parameter]), p.gradient(list_[parameter]));
}

template <class T> template <class Rows> Var<T> Network<T>::record(const Rows& x) {
  start_afresh();
  Pass<T> pass(*tape_, parameters(), random_);
  return run(pass, x).recorded;
}

template <class T> Var<T> Network<T>::operator()(View<const T> x) {
  check_input(x.shape());
  return record(x);
}

template <class T> Var<T> Network<T>::operator()(const SparseInput& x) {
  check_input(x);
  return record(x);
}

template <class T> template <class Rows> Value<T> Network<T>::run(Pass<T>& pass, const Rows& x) const {
  Value<T> value = pass.input(x);
  for (const PlacedLayer& layer : layers_) value = pass.through(layer.module, layer.first, value);
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
  for (std::size_t i = 0; i < list_.size(); ++i) {
    if (which == Penalised::weights && list_[i].shape.rank() < 2) continue;
    const Var<T> w = variable(i);
    if (l1 != 0) add((*tape_)(L1Penalty{l1}, w));
    if (l2 != 0 || first) add((*tape_)(L2Penalty{l2}, w));
  }
  return total;
}

template <class T> Tensor<T> Network<T>::predict(View<const T> x) const {
  Tensor<T> y({x.rows(), outputs()});
  predict(x, y);
  return y;
}

template <class T> void Network<T>::predict(View<const T> x, View<T> y) const {
  check_input(x.shape());
  predict_blocks(x, x.rows(), y);
}

template <class T> void Network<T>::predict(const SparseInput& x, View<T> y) const {
  check_input(x);
  predict_blocks(x, x.rows, y);
}

template <class T>
template <class Rows>
void Network<T>::predict_blocks(const Rows& x, std::int64_t rows, View<T> y) const {
  if (y.rows() != rows || y.columns() != outputs())
    throw Error(text::cat("predictions for ", rows, " rows have the shape (", rows, ", ", outputs(), "), not ",
                          y.shape().to_string()));
  constexpr std::int64_t rows_at_once = 256;  // the values of a block stay in the second cache
  for_ranges(tape_->pool(), rows, rows_at_once, [&](std::int64_t begin, std::int64_t end) {
    Pass<T> pass(tape_->pool(), list_, std::span<const T>(values_));
    const Rows block = x.row_range(begin, end - begin);
    const View<const T> out = run(pass, block).numbers;
    std::copy(out.begin(), out.end(), y.row_range(begin, end - begin).begin());
  });
}

template class Network<float>;
template class Network<double>;

}  // namespace talweg::nn
