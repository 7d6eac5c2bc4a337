#pragma once
#include "talweg/api/explain/explain.hpp"
#include "talweg/api/list_request.hpp"
#include "talweg/api/minimize/request.hpp"
#include "talweg/api/race/advise.hpp"
#include "talweg/api/race/compare.hpp"
#include "talweg/api/train/request.hpp"
#include "talweg/base/shell.hpp"

/// The command line that asks for a request: what differs from the defaults, from the same descriptions that read it. A
/// table in memory stands as the file that it is named after.
namespace talweg::api {

shell::Pieces command_of(const MinimizeRequest& request);
shell::Pieces command_of(const ExplainRequest& request);
shell::Pieces command_of(const CompareRequest& request);
shell::Pieces command_of(const AdviseRequest& request);
shell::Pieces command_of(const TrainRequest& request);
shell::Pieces command_of(const ListRequest& request);

}  // namespace talweg::api
