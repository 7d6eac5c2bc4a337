// libsvm rows: dense and sparse, and the inputs of both.
#include <numeric>

#include "fuzz.hpp"
#include "talweg/data/csv.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/data/sparse_rows.hpp"

using namespace talweg;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = fuzz::text_of(bytes, size);
  if (!data::is_libsvm(text)) return 0;
  fuzz::expect_nothing_worse([&] {
    const data::Table dense = data::read_libsvm(text, "input");
    const data::Table sparse = data::sparse_table(data::read_libsvm_rows(text, "input", {}), "input");
    fuzz::require(dense.rows == sparse.rows);
    std::vector<std::uint32_t> rows(sparse.rows);
    std::iota(rows.begin(), rows.end(), 0u);
    const auto target = data::understand_target(sparse, "label", data::Wanted::automatic);
    const auto preprocess = data::Preprocess::fit(sparse, target, rows);
    const auto encoded = data::encode_sparse(preprocess, sparse, rows);
    fuzz::require(encoded.rows() == sparse.rows && encoded.width == preprocess.inputs());
  });
  return 0;
}
