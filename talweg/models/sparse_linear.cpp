#include "talweg/models/sparse_linear.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::models {

std::size_t SparseLinear::nonzero() const {
  return weights.size() - static_cast<std::size_t>(std::count(weights.begin(), weights.end(), 0.0));
}

std::string SparseLinear::name_of(std::size_t place) const {
  const auto found = std::lower_bound(names.slots.begin(), names.slots.end(), place);
  if (found != names.slots.end() && *found == place)
    return names.names[static_cast<std::size_t>(found - names.slots.begin())];
  return features.name_of(static_cast<std::uint32_t>(place));
}

void SparseLinear::save(Archive& archive) const {
  archive.put("kind", std::string_view("sparse model"));
  archive.put("model", std::string_view(spec.text()));
  archive.put("precision", std::string_view(single ? "float" : "double"));
  head.save(archive);
  target.save(archive);
  features.save(archive);
  archive.put("names.places", std::vector<std::int64_t>(names.slots.begin(), names.slots.end()));
  archive.put("names.texts", names.names);
  archive.put("weights.places", places);
  const std::vector<std::uint64_t> shape{places.size(), outputs()};
  if (single)
    archive.put("weights.values", std::vector<float>(weights.begin(), weights.end()), shape);
  else
    archive.put("weights.values", weights, shape);
}

SparseLinear SparseLinear::load(const Archive& archive) {
  SparseLinear m;
  if (archive.text("kind") != "sparse model") archive.fail("kind", "is not a sparse model");
  try {
    m.spec = ModelSpec::parse(archive.text("model"));
  } catch (const Error& error) {
    archive.fail("model", text::cat("cannot be read: ", error.what()));
  }
  const std::string precision = archive.text("precision");
  if (precision != "float" && precision != "double") archive.fail("precision", "is neither float nor double");
  m.single = precision == "float";
  m.head = Head::load(archive);
  m.target = data::Target::load(archive);
  m.features = data::stream::Features::load(archive);
  for (const auto slot : archive.integers("names.places")) m.names.slots.push_back(static_cast<std::uint32_t>(slot));
  m.names.names = archive.texts("names.texts");
  if (m.names.slots.size() != m.names.names.size()) archive.fail("names.texts", "does not fit names.places");
  m.places = archive.integers("weights.places");
  if (m.single) {
    const auto floats = archive.floats("weights.values");
    m.weights.assign(floats.begin(), floats.end());
  } else {
    m.weights = archive.doubles("weights.values");
  }
  const std::size_t classes = m.head.task == data::Task::classes ? m.target.classes.size() : 1;
  if (m.head.outputs != classes) archive.fail("head.outputs", "does not fit the classes of the target");
  if (m.weights.size() != m.places.size() * m.head.outputs)
    archive.fail("weights.values", "does not fit weights.places");
  const std::int64_t most = std::int64_t{data::stream::Features::largest_index} + 2;
  for (std::size_t i = 0; i < m.places.size(); ++i)
    if (m.places[i] < 0 || m.places[i] > std::max(most, static_cast<std::int64_t>(m.features.initial_size())) ||
        (i > 0 && m.places[i] <= m.places[i - 1]))
      archive.fail("weights.places", "should rise within the table");
  return m;
}

template <class T>
SparseScorer<T>::SparseScorer(const SparseLinear& model)
    : outputs_(model.outputs()), size_(model.places.empty() ? 1 : static_cast<std::size_t>(model.places.back()) + 1) {
  weights_.assign(size_ * outputs_, T(0));
  for (std::size_t i = 0; i < model.places.size(); ++i)
    for (std::size_t o = 0; o < outputs_; ++o)
      weights_[static_cast<std::size_t>(model.places[i]) * outputs_ + o] =
          static_cast<T>(model.weights[i * outputs_ + o]);
}

template <class T>
void SparseScorer<T>::operator()(std::span<const std::uint32_t> index, std::span<const T> value,
                                 std::span<double> out) const {
  for (std::size_t o = 0; o < outputs_; ++o) {
    double sum = 0;
    for (std::size_t k = 0; k < index.size(); ++k)
      if (index[k] < size_) sum += double(weights_[index[k] * outputs_ + o]) * double(value[k]);
    out[o] = sum;
  }
}

template <class T> void SparseScorer<T>::prefetch(std::span<const std::uint32_t> index) const {
  for (const auto i : index) __builtin_prefetch(weights_.data() + std::size_t{i} * outputs_);
}

template class SparseScorer<float>;
template class SparseScorer<double>;

}  // namespace talweg::models
