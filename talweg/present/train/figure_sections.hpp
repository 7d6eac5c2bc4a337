#pragma once
#include <string>

#include "talweg/api/train/train.hpp"
#include "talweg/api/train/train_inspection.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

/// "roc auc" of roc_auc.
std::string in_words(std::string name);

/// What a report page shows of how good a model is: of the classes of `shown`, of all rows that were measured, of folds
/// and of a grid.
void add_figures(const api::TrainReport& report, const train::Metrics& shown, report::html::Page& page);

/// The curves of the rows that were looked at: ROC, precision and recall, calibration; of numbers predicted against
/// true ones, and what is left between them.
void add_model_curves(const api::TrainInspection& found, report::html::Page& page);

}  // namespace talweg::present
