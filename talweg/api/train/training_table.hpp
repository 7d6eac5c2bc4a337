#pragma once
#include <string>

#include "talweg/data/read.hpp"

namespace talweg::api {

/// Whether a file holds IDX images, whose labels lie in a file of their own: looks at its first bytes. False for what
/// is no regular file.
bool holds_images(const data::Input& file);

/// The table that a model is to be fitted to. `target` names the column to predict, or the file of labels of IDX
/// images; it comes back as the name of a column. Throws Error, with the columns there are, when it is missing.
data::Table read_training_table(const data::Input& file, std::string& target, const data::CsvOptions& options = {});

}  // namespace talweg::api
