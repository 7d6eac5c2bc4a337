#include "talweg/nn/init.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::nn {
namespace {

constexpr std::array cards{described("zeros", "0", "for linear models"),
                           described("glorot_uniform", "U(±√(6/(I+O)))", "tanh, sigmoid, output layers"),
                           described("glorot_normal", "N(0, 2/(I+O))", "tanh, sigmoid"),
                           described("he_uniform", "U(±√(6/I))", "the ReLU family"),
                           described("he_normal", "N(0, 2/I)", "the ReLU family"),
                           described("lecun_uniform", "U(±√(3/I))", "selu"),
                           described("lecun_normal", "N(0, 1/I)", "selu"),
                           described("orthogonal", "WᵀW = 1", "deep and recurrent networks")};

/// Rows of a (rows, columns), rows <= columns, made orthonormal by modified Gram-Schmidt, twice for full precision.
void orthonormalize(std::int64_t rows, std::int64_t columns, std::vector<double>& a) {
  const auto at = [&](std::int64_t i, std::int64_t j) -> double& {
    return a[static_cast<std::size_t>(i * columns + j)];
  };
  for (std::int64_t i = 0; i < rows; ++i) {
    for (int pass = 0; pass < 2; ++pass)
      for (std::int64_t k = 0; k < i; ++k) {
        double dot = 0;
        for (std::int64_t j = 0; j < columns; ++j) dot += at(i, j) * at(k, j);
        for (std::int64_t j = 0; j < columns; ++j) at(i, j) -= dot * at(k, j);
      }
    double norm = 0;
    for (std::int64_t j = 0; j < columns; ++j) norm += at(i, j) * at(i, j);
    norm = std::sqrt(norm);
    for (std::int64_t j = 0; j < columns; ++j) at(i, j) /= norm;
  }
}

template <class T> void orthogonal(Random& random, View<T> weight) {
  const std::int64_t inputs = weight.rows(), outputs = weight.columns();
  const bool tall = inputs >= outputs;  // then the columns are orthonormal
  const std::int64_t rows = tall ? outputs : inputs, columns = tall ? inputs : outputs;
  std::vector<double> a(static_cast<std::size_t>(rows * columns));
  for (double& v : a) v = random.normal();
  orthonormalize(rows, columns, a);
  for (std::int64_t i = 0; i < inputs; ++i)
    for (std::int64_t j = 0; j < outputs; ++j)
      weight(i, j) = static_cast<T>(a[static_cast<std::size_t>(tall ? j * columns + i : i * columns + j)]);
}

}  // namespace

std::span<const Card> inits() { return cards; }

Init init(std::string_view name) {
  if (name == "glorot") return Init::glorot_uniform;
  if (name == "he") return Init::he_normal;
  if (name == "lecun") return Init::lecun_normal;
  std::array<std::string_view, cards.size()> names;
  for (std::size_t i = 0; i < cards.size(); ++i) {
    names[i] = cards[i].name;
    if (name == names[i]) return static_cast<Init>(i);
  }
  const std::string near = text::did_you_mean(name, names);
  throw Error(text::cat("unknown initialisation '", name, "'", near.empty() ? "" : ": ", near, "; there are ",
                        text::list(names)));
}

template <class T> void initialize(Init how, Random& random, View<T> weight) {
  const auto inputs = static_cast<double>(weight.rows()), outputs = static_cast<double>(weight.columns());
  const auto uniform = [&](double variance) {
    const double limit = std::sqrt(3 * variance);
    for (T& w : weight) w = static_cast<T>(random.uniform(-limit, limit));
  };
  const auto normal = [&](double variance) {
    for (T& w : weight) w = static_cast<T>(std::sqrt(variance) * random.normal());
  };
  switch (how) {
    case Init::zeros:
      return std::fill(weight.begin(), weight.end(), T(0));
    case Init::glorot_uniform:
      return uniform(2 / (inputs + outputs));
    case Init::glorot_normal:
      return normal(2 / (inputs + outputs));
    case Init::he_uniform:
      return uniform(2 / inputs);
    case Init::he_normal:
      return normal(2 / inputs);
    case Init::lecun_uniform:
      return uniform(1 / inputs);
    case Init::lecun_normal:
      return normal(1 / inputs);
    case Init::orthogonal:
      return orthogonal(random, weight);
  }
}
template void initialize(Init, Random&, View<float>);
template void initialize(Init, Random&, View<double>);

}  // namespace talweg::nn
