#include "talweg/models/sparse_linear.hpp"

#include <algorithm>
#include <bit>
#include <functional>

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
  names.save(archive);
  archive.put("weights.places", places);
  const std::vector<std::uint64_t> shape{places.size(), outputs()};
  if (single)
    archive.put("weights.values", std::vector<float>(weights.begin(), weights.end()), shape);
  else
    archive.put("weights.values", weights, shape);
}

SparseLinear SparseLinear::load(const Archive& archive) {
  SparseLinear m;
  m.single = archive.text("precision") == "float";
  m.head = Head::load(archive);
  m.spec = load_spec(archive, m.head);
  if (!m.spec.hidden.empty()) archive.fail("model", "has hidden layers, which rows of a stream cannot train");
  m.target = data::Target::load(archive);
  m.features = data::stream::Features::load(archive);
  m.names = data::stream::Names::load(archive);
  if (!std::is_sorted(m.names.slots.begin(), m.names.slots.end())) archive.fail("names.places", "should rise");
  m.places = archive.integers("weights.places");
  if (m.single) {
    const auto floats = archive.floats("weights.values");
    m.weights.assign(floats.begin(), floats.end());
  } else {
    m.weights = archive.doubles("weights.values");
  }
  if (m.weights.size() != m.places.size() * m.head.outputs)
    archive.fail("weights.values", "does not fit weights.places");
  if (std::adjacent_find(m.places.begin(), m.places.end(), std::greater_equal<>{}) != m.places.end() ||
      (!m.places.empty() && m.places.back() > static_cast<std::int64_t>(m.features.largest_place())))
    archive.fail("weights.places", "should rise within the table");
  return m;
}

namespace {

/// A table over all places up to the last is taken while it is small or at least one weight in so many is there: it
/// costs one look instead of two or three.
constexpr std::size_t small_table = std::size_t{1} << 22, thinnest_table = 16;

}  // namespace

template <class T>
SparseScorer<T>::SparseScorer(const SparseLinear& model) : outputs_(model.outputs()), places_(model.places.size()) {
  const std::size_t range = model.places.empty() ? 1 : static_cast<std::size_t>(model.places.back()) + 1;
  direct_ = range <= small_table / outputs_ || range <= thinnest_table * places_;
  if (direct_) {
    weights_.assign(range * outputs_, T(0));
  } else {
    weights_.resize(places_ * outputs_);
    const std::size_t cells = std::bit_ceil(2 * places_);
    cells_.assign(cells, {});
    mask_ = cells - 1;
  }
  for (std::size_t i = 0; i < places_; ++i) {
    const auto place = static_cast<std::uint32_t>(model.places[i]);
    if (!direct_) {
      std::size_t c = home(place);
      while (cells_[c].row != 0) c = (c + 1) & mask_;
      cells_[c] = {place, static_cast<std::uint32_t>(i + 1)};
    }
    T* const to = weights_.data() + (direct_ ? place : i) * outputs_;
    std::transform(model.weights.begin() + static_cast<std::ptrdiff_t>(i * outputs_),
                   model.weights.begin() + static_cast<std::ptrdiff_t>((i + 1) * outputs_), to,
                   [](double w) { return static_cast<T>(w); });
  }
}

template <class T> const T* SparseScorer<T>::find(std::uint32_t place) const {
  if (direct_) return place * outputs_ < weights_.size() ? weights_.data() + place * outputs_ : nullptr;
  for (std::size_t c = home(place); cells_[c].row != 0; c = (c + 1) & mask_)
    if (cells_[c].place == place) return weights_.data() + (cells_[c].row - 1) * outputs_;
  return nullptr;
}

template <class T>
void SparseScorer<T>::operator()(std::span<const std::uint32_t> index, std::span<const T> value,
                                 std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t k = 0; k < index.size(); ++k) {
    const T* const w = find(index[k]);
    if (w == nullptr) continue;
    for (std::size_t o = 0; o < outputs_; ++o) out[o] += double(w[o]) * double(value[k]);
  }
}

template <class T> void SparseScorer<T>::prefetch(std::span<const std::uint32_t> index) const {
  for (const auto i : index)
    if (direct_)
      __builtin_prefetch(weights_.data() + std::size_t{i} * outputs_);
    else
      __builtin_prefetch(cells_.data() + home(i));
}

template class SparseScorer<float>;
template class SparseScorer<double>;

}  // namespace talweg::models
