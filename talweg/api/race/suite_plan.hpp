#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/race/suite.hpp"
#include "talweg/optim/method.hpp"

namespace talweg::api {

/// A method and the problems of a set that it runs on.
struct SuiteTask {
  std::string set, spec;
  Method method;
  std::vector<std::string_view> problems;
};

/// What problems are run with when no method is named.
struct UsualMethods {
  std::vector<std::string> free, box, constrained;
};

/// What a request asks for, by set, then method; `notes` says which sets were left out, and why. Throws Error as
/// run_suite does.
std::vector<SuiteTask> suite_plan(const SuiteRequest& request, const UsualMethods& usual,
                                  std::vector<std::string>& notes);

}  // namespace talweg::api
