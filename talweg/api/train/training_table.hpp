#pragma once
#include <string>

#include "talweg/data/read.hpp"

namespace talweg::api {

/// Puts the labels that lie in the file `target` beside the rows of `file`, as the column `label`. Throws Error where
/// none is named.
void append_truth(data::Table& table, const data::Input& file, const std::string& target);

/// The table that a model is to be fitted to. `target` names the column to predict, or the file of labels of IDX
/// images, of arrays and of MatrixMarket; it comes back as the name of a column. Throws Error, with the columns there
/// are, when it is missing.
data::Table read_training_table(const data::Input& file, std::string& target, const data::CsvOptions& options = {});

}  // namespace talweg::api
