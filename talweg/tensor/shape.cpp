#include "talweg/tensor/shape.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg {

Shape::Shape(std::span<const std::int64_t> extents) : rank_(static_cast<int>(extents.size())) {
  if (extents.size() > max_rank) throw Error(text::cat("a shape has at most 4 extents, not ", extents.size()));
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] < 0)
      throw Error(text::cat("extent ", i, " of a shape is ", extents[i], ": it must not be negative"));
    extents_[i] = extents[i];
  }
}

std::string Shape::to_string() const {
  std::string out = "(";
  for (int i = 0; i < rank_; ++i) out += text::cat(i ? ", " : "", (*this)[i]);
  return out + ")";
}

}  // namespace talweg
