#pragma once
#include "talweg/api/race/scaled_suite.hpp"

namespace talweg::api {

/// The limits that verdicts in other units are held to, as failures of the running test. `outcome` is a whole run.
void expect_verdicts_without_units(const ScaledOutcome& outcome);

}  // namespace talweg::api
