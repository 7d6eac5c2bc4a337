// Delimited text: the table, what its last column is as a target, and its inputs.
#include <numeric>

#include "fuzz.hpp"
#include "talweg/data/csv.hpp"
#include "talweg/data/describe.hpp"

using namespace talweg;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::expect_nothing_worse([&] {
    const data::Table table = data::read_csv(std::string(fuzz::text_of(bytes, size)), "input");
    for (const auto& column : table.columns) fuzz::require(column.name == table.column(column.name).name);
    const data::Target target = data::understand_target(table, table.columns.back().name, data::Wanted::automatic);
    data::target_values(table, target);
    std::vector<std::uint32_t> rows(table.rows);
    std::iota(rows.begin(), rows.end(), 0u);
    const auto preprocess = data::Preprocess::fit(table, target, rows);
    std::vector<double> inputs(table.rows * preprocess.inputs());
    preprocess.encode(table, rows, std::span<double>(inputs));
    data::describe(table, preprocess);
  });
  return 0;
}
