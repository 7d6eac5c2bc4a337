#pragma once
#include <string>
#include <string_view>

#include "talweg/data/csv.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// Whether the first row reads `label index:value index:value …`.
bool is_libsvm(std::string_view content);

/// Reads rows of `label index:value …` into dense columns f1, f2, … (f0 too if index 0 is used) and the column `label`.
/// What a row does not list is 0. Indices stand in any order, each once; `qid:…` is left out; a `#` begins a remark.
Table read_libsvm(std::string_view content, const std::string& origin, const CsvOptions& options = {});

/// What they are called where an option has no effect on them.
inline constexpr std::string_view libsvm_rows = "libsvm rows, whose form is fixed";

/// The same of rows that were read: every index that occurs is a column.
Table dense_table(LibsvmRows rows, const std::string& origin);

/// Of index 0 where a model knows indices from 1 on: read as it stands, every feature would be the one beside it.
inline constexpr std::string_view index_zero_complaint =
    "has index 0, and the model was trained on indices from 1 on; add 1 to every index of the file, or train on rows "
    "that begin at 0";

/// Of rows without index 0 that go beyond the last index of a model that counts from 0.
std::string counts_from_one_complaint(std::uint64_t largest, std::uint64_t last);
/// Of rows without index 0 within those of such a model, which may count from 0 or from 1.
inline constexpr std::string_view no_index_zero_note =
    "index 0 does not occur, and the model was trained on indices from 0 on; if these rows count from 1, subtract 1 "
    "from "
    "every index";

/// Of a label that is a long integer (long_integer.hpp), where labels are classes.
std::string long_label_complaint(std::string_view label);

/// Of an index that comes twice in a row: nobody knows which value is meant, or whether their sum is.
inline constexpr std::string_view repeated_index_complaint =
    "has an index that stood in the row before; keep one of them";

}  // namespace talweg::data
