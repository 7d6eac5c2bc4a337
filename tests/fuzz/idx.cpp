// IDX images and labels.
#include "talweg/data/idx.hpp"
#include "fuzz.hpp"

using namespace talweg;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view content = fuzz::text_of(bytes, size);
  if (data::is_idx(content)) fuzz::expect_nothing_worse([&] { data::read_idx(content, "input"); });
  return 0;
}
