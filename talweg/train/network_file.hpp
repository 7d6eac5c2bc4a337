#pragma once
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/nn/network.hpp"

namespace talweg {

/// What the file of a network says beside its numbers: what its rows are called, and what its outputs mean.
struct NetworkFile {
  std::vector<std::string> columns = {};  ///< one for each input; empty: "x1", "x2", …
  std::string target = "y";
  std::vector<std::string> classes = {};  ///< of two classes with one output, or one for each output; empty: a
                                          ///< number
  std::string loss = "";                  ///< that it was trained with; empty: the usual one for the target
};

/// Writes a network of dense layers with one activation between them, and dropout, as a model file: what `talweg
/// predict`, `load_model` and `load_network` read. Throws Error for other layers, for names that do not fit the inputs
/// and outputs, and where the file cannot be written.
template <class T>
TALWEG_API void save_network(const nn::Network<T>& network, const std::string& path, const NetworkFile& about = {});

/// The network of a model file, to the last bit, for rows of inputs as it was trained with them: what `load_model`
/// makes of raw rows. Throws Error naming the file for a model that is no network, and for one of doubles asked for as
/// float.
template <class T = double> TALWEG_API nn::Network<T> load_network(const std::string& path);

extern template void save_network(const nn::Network<float>&, const std::string&, const NetworkFile&);
extern template void save_network(const nn::Network<double>&, const std::string&, const NetworkFile&);
extern template nn::Network<float> load_network(const std::string&);
extern template nn::Network<double> load_network(const std::string&);

}  // namespace talweg
