#include "talweg/nn/mlp.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/layers/all.hpp"

namespace talweg::nn {

std::vector<Module> mlp_layers(const MlpOptions& options) {
  check_row_size("inputs", options.inputs);
  check_row_size("outputs", options.outputs);
  for (const std::int64_t size : options.hidden) check_row_size("the size of a hidden layer", size);
  if (!(options.dropout >= 0 && options.dropout < 1))
    throw Error(text::cat("dropout = ", options.dropout, " is out of range: give a number in [0, 1)"));
  const Activation f = activation(options.activation);
  const auto init_or = [&](Init usual) { return options.init.empty() ? usual : init(options.init); };
  std::vector<Module> out;
  for (const std::int64_t size : options.hidden) {
    out.push_back(layers::Dense{size, init_or(f.traits().init)});
    out.push_back(layers::Activation{f});
    if (options.dropout > 0) out.push_back(layers::Dropout{options.dropout});
  }
  out.push_back(layers::Dense{options.outputs, init_or(Identity::traits.init)});
  return out;
}

}  // namespace talweg::nn
