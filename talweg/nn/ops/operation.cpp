#include "talweg/nn/ops/operation.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::nn::detail {

void throw_misfit(std::string_view operation, const Shape& a, const Shape& b, std::string_view rule) {
  throw Error(text::cat(operation, ": the shapes ", a.to_string(), " and ", b.to_string(), " do not fit: ", rule));
}

}  // namespace talweg::nn::detail
