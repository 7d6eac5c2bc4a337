#pragma once
#include <string>

#include "talweg/data/read.hpp"

namespace talweg::api {

/// The table that a model is to be fitted to. `target` names the column to predict, or the file of labels of IDX
/// images; it comes back as the name of a column. Throws Error, with the columns there are, when it is missing.
data::Table read_training_table(const std::string& file, std::string& target, const data::CsvOptions& options = {});

}  // namespace talweg::api
