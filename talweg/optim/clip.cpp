#include "talweg/optim/clip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/simd/clones.hpp"

namespace talweg {

namespace {

/// In the order of Kind, without `none`.
constexpr std::array cards{
    Card{.name = "value",
         .title = "Each entry of the gradient by itself",
         .formula = "g_i ← min(max(g_i, −limit), limit)",
         .guidance = {"gradients with few wild entries: reinforcement learning, raw counts",
                      "costs nothing, and no entry can do harm", "turns the direction of the gradient"}},
    Card{.name = "norm",
         .title = "Each tensor (segment) by its length",
         .formula = "‖g‖ > limit: g ← g·limit/‖g‖, tensor by tensor",
         .guidance = {"networks whose layers have gradients of very different size",
                      "keeps the direction within each tensor", "changes the balance between tensors"}},
    Card{.name = "global",
         .title = "The whole gradient by its length",
         .formula = "‖g‖ > limit: g ← g·limit/‖g‖, over all parameters",
         .source = "Pascanu, Mikolov & Bengio 2013, ICML",
         .guidance = {"recurrent networks and transformers, against exploding gradients",
                      "keeps the direction; 1 is a usual limit", "one bad tensor shortens the step of all"}}};
constexpr std::string_view name(Clip::Kind kind) {
  return kind == Clip::Kind::none ? "none" : cards[static_cast<std::size_t>(kind) - 1].name;
}

constexpr Field<Clip> limit_field{"limit", &Clip::limit, positive, "what is beyond is brought down to it"};
constexpr std::size_t block = 4096, lanes = 16;

/// Σ (scale·g_i)² of one block: sixteen running sums, so that every instruction set adds in the same order.
template <class T> TALWEG_CLONES double block_sum(const T* g, std::size_t n, double scale) {
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double v = scale * static_cast<double>(g[i + lane]);
      sums[lane] += v * v;
    }
  for (std::size_t lane = 0; i < n; ++i, ++lane) {
    const double v = scale * static_cast<double>(g[i]);
    sums[lane] += v * v;
  }
  for (std::size_t width = lanes / 2; width > 0; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  return sums[0];
}

double tree_sum(std::span<const double> v) {
  if (v.empty()) return 0;
  if (v.size() == 1) return v[0];
  return tree_sum(v.first(v.size() / 2)) + tree_sum(v.subspan(v.size() / 2));
}

template <class T> double scaled_sum(std::span<const T> g, double scale, const ParallelFor& parallel) {
  std::vector<double> sums((g.size() + block - 1) / block);
  const auto run = [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b)
      sums[b] = block_sum(g.data() + b * block, std::min(block, g.size() - b * block), scale);
  };
  if (parallel)
    parallel(sums.size(), run);
  else
    run(0, sums.size());
  return tree_sum(sums);
}

}  // namespace

Clip Clip::parse(std::string_view text) {
  const auto pieces = Spec::read_pieces(text);
  const Spec::Piece& piece = pieces[0];
  const auto card = std::ranges::find(cards, piece.key, &Card::name);
  if (pieces.size() > 1 || !piece.option || card == cards.end())
    throw Error(text::cat("clip '", text,
                          "' is not known; write norm=1 (each tensor), global=1 (the whole gradient) or ",
                          "value=.5 (each entry)"));
  Clip clip{.kind = static_cast<Kind>(card - cards.begin() + 1)};
  if (!limit_field.read(clip, piece.value).empty())
    throw Error(text::cat("clip ", piece.key, " = '", piece.value, "' must be a number above 0"));
  return clip;
}

std::string Clip::spec() const {
  return kind == Kind::none ? "none" : text::cat(name(kind), '=', limit_field.write(*this));
}

std::vector<ItemInfo> Clip::items() {
  std::vector<ItemInfo> out;
  for (const Card& card : cards) {
    FieldInfo limit = limit_field.info(Clip{});
    limit.default_value.clear();  // it has to be given
    out.push_back({.card = card, .fields = {std::move(limit)}});
  }
  return out;
}

template <class T> double sum_of_squares(std::span<const T> g, const ParallelFor& parallel) {
  return scaled_sum(g, 1, parallel);
}

template <class T> double norm(std::span<const T> g, const ParallelFor& parallel) {
  const double sum = sum_of_squares(g, parallel);
  if (sum >= 1e-280 && std::isfinite(sum)) return std::sqrt(sum);
  double largest = 0;
  for (const T v : g) {
    if (std::isnan(v)) return std::numeric_limits<double>::quiet_NaN();
    largest = std::max(largest, std::abs(static_cast<double>(v)));
  }
  if (largest == 0 || std::isinf(largest)) return largest;
  // Squares that leave the range of double: measure in units of the largest entry (a power of two, so it is exact).
  const double unit = std::exp2(std::max(-1000.0, std::floor(std::log2(largest))));
  return unit * std::sqrt(scaled_sum(g, 1 / unit, parallel));
}

template <class T> bool exceeds(std::span<const T> g, double limit) {
  return std::ranges::any_of(g, [&](T v) { return std::abs(static_cast<double>(v)) > limit; });
}

template double sum_of_squares(std::span<const float>, const ParallelFor&);
template double sum_of_squares(std::span<const double>, const ParallelFor&);
template double norm(std::span<const float>, const ParallelFor&);
template double norm(std::span<const double>, const ParallelFor&);
template bool exceeds(std::span<const float>, double);
template bool exceeds(std::span<const double>, double);

}  // namespace talweg
