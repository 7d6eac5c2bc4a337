#include "talweg/models/model.hpp"

#include "talweg/models/penalty.hpp"
#include "talweg/nn/ops/arithmetic.hpp"

namespace talweg::models {

namespace {

nn::MlpOptions options_of(const ModelSpec& spec, const Head& head, std::size_t inputs, std::uint64_t seed) {
  nn::MlpOptions options;
  options.inputs = static_cast<std::int64_t>(inputs);
  options.outputs = static_cast<std::int64_t>(head.outputs);
  options.hidden = spec.hidden;
  options.activation = spec.activation;
  options.init = spec.kind == "mlp" ? spec.init : "zeros";
  options.dropout = spec.dropout;
  options.seed = seed;
  return options;
}

}  // namespace

std::vector<nn::Parameter> layout(const ModelSpec& spec, const Head& head, std::size_t inputs) {
  const nn::MlpOptions options = options_of(spec, head, inputs, 0);
  return nn::layout(options.inputs, nn::mlp_layers(options));
}

template <class T>
Model<T>::Model(ModelSpec spec, Head head, std::size_t inputs, std::uint64_t seed)
    : spec_(std::move(spec)),
      head_(std::move(head)),
      loss_(nn::loss(head_.loss)),
      network_(nn::mlp<T>(options_of(spec_, head_, inputs, seed))) {}

template <class T> T Model<T>::differentiate(const Inputs<T>& x, const nn::Targets<T>& targets) {
  const nn::Var<T> loss = loss_(x.visit([&](const auto& rows) { return network_(rows); }), targets);
  const T value = loss.value();
  if (spec_.l1 == 0 && spec_.l2 == 0)
    loss.backward();
  else
    (loss + network_.penalty(network_l1(spec_, head_), spec_.l2,
                             spec_.regularized_bias ? nn::Penalised::all : nn::Penalised::weights))
        .backward();
  return value;
}

template class Model<float>;
template class Model<double>;

}  // namespace talweg::models
