#pragma once
#include <string>
#include <vector>

#include "talweg/api/train/train_inspection.hpp"
#include "talweg/api/use/inspect.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// Dense layers in a row, from the names and shapes of their parameters: "dense1.weight" (inputs, units),
/// "dense1.bias". Values may be empty: then nothing is said of them. No layers where they form no such row.
report::plot::Network network_of(const std::vector<api::InspectedTensor>& tensors,
                                 const std::vector<std::string>& features, const std::vector<std::string>& classes);

/// The network of a model, trained or by its spec: names, sizes and the number of parameters of each layer. Throws
/// Error for a model without dense layers, and for ranges: it has no axes.
report::plot::Figure picture(const api::InspectReport& report, const PictureOptions& options = {});

}  // namespace talweg::present
