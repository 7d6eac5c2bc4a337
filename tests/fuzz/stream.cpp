// Rows of a stream, delimited or libsvm, hashed or numbered, in small blocks. The first byte says which.
#include "fuzz.hpp"
#include "memory_file.hpp"
#include "talweg/data/stream/rows.hpp"
#include "talweg/train/online/setup.hpp"

using namespace talweg;
using namespace talweg::data::stream;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  fuzz::expect_nothing_worse([&] {
    const std::uint8_t how = bytes[0];
    const fuzz::MemoryFile file(fuzz::text_of(bytes + 1, size - 1));
    train::online::RowRequest request;
    if (how & 1) request.hash_bits = 4 + how % 8;
    request.target = how & 2 ? "label" : "";
    BlockReader reader(Source::open(file.path()), std::size_t{16} << how % 5);
    auto understood = train::online::understand(file.path(), reader, request);
    understood.rows.most_names = 10;
    const std::size_t places = understood.rows.features.largest_place();
    RowStream<double> rows(std::move(reader), make_parser<double>(understood.rows, "input"), 1);
    while (const RowBlock<double>* block = rows.next())
      for (std::size_t r = 0; r < block->rows(); ++r)
        for (const auto place : block->indices(r)) fuzz::require(place <= places);
  });
  return 0;
}
