// Files of ratings.
#include "talweg/data/ratings.hpp"
#include "fuzz.hpp"
#include "memory_file.hpp"

using namespace talweg;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::expect_nothing_worse([&] {
    const fuzz::MemoryFile file(fuzz::text_of(bytes, size));
    data::Ids users, items;
    const data::Ratings r = data::read_ratings(file.path(), users, items, {.duplicates = data::Duplicates::mean});
    for (std::size_t k = 0; k < r.rows(); ++k) fuzz::require(r.user[k] < users.size() && r.item[k] < items.size());
  });
  return 0;
}
