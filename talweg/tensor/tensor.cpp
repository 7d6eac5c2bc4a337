#include "talweg/tensor/tensor.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::detail {

void throw_wrong_count(const Shape& shape, std::int64_t count) {
  throw Error(text::cat("a tensor of shape ", shape.to_string(), " needs ", shape.size(), " numbers, but ", count,
                        " were given"));
}

}  // namespace talweg::detail
