#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg::data {

struct CsvOptions;
struct Preprocess;
struct Table;

/// Rows of which only what is not 0 is stored, one after the other (CSR): row r holds columns[k] and values[k] for k
/// from starts[r] to starts[r + 1], columns rising.
struct SparseRows {
  std::size_t width = 0;               ///< all columns are below it
  std::vector<std::size_t> starts{0};  ///< (rows + 1)
  std::vector<std::uint32_t> columns;
  std::vector<double> values;  ///< beside `columns`; empty when every one of them is 1
  std::vector<double> shift;   ///< (width) or empty: cell (r, c) is what is stored, or 0, less shift[c]

  std::size_t rows() const { return starts.size() - 1; }
  std::size_t nonzeros() const { return columns.size(); }
  double value(std::size_t k) const { return values.empty() ? 1 : values[k]; }
};

/// Rows of libsvm as they lie in the file: column numbers are the indices of the file.
struct TALWEG_API LibsvmRows {
  SparseRows cells;
  std::vector<double> labels;
  std::vector<std::uint32_t> lines;    ///< (rows), line of the file
  std::string merged;                  ///< Column::merged of the labels
  bool zero_used = false;              ///< index 0 occurs: features count from 0
  bool zero_missing = false;           ///< the model that reads them counts from 0, and index 0 does not occur
  std::size_t unsorted = 0, qids = 0;  ///< rows whose indices did not rise; tokens left out

  /// What was odd, for Table::notes.
  void tell(std::vector<std::string>& notes) const;
};
TALWEG_API LibsvmRows read_libsvm_rows(std::string_view content, const std::string& origin, const CsvOptions& options);

/// The same as a table whose one column is `label`; the cells are in Table::sparse. Nothing is densified.
TALWEG_API Table sparse_table(LibsvmRows rows, const std::string& origin);

/// What turns sparse rows into inputs: one for each index that is not 0 in all of `rows`, nor ignored: the weight of
/// such a column would stay where it starts, at 0. `standardize` gives each
/// mean 0 and deviation 1 over `rows`, the means by way of SparseRows::shift. Columns keep their values otherwise.
TALWEG_API void fit_sparse_features(Preprocess& preprocess, const Table& table, std::span<const std::uint32_t> rows,
                                    std::span<const std::string> ignore, bool standardize);

/// `rows` of a table with sparse cells as inputs of `preprocess`: cells of unknown columns are left out.
TALWEG_API SparseRows encode_sparse(const Preprocess& preprocess, const Table& table,
                                    std::span<const std::uint32_t> rows);

}  // namespace talweg::data
