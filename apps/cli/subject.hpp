#pragma once
#include <string>
#include <vector>

#include "command.hpp"
#include "talweg/api/race/subject.hpp"

/// What `compare` and `advise` are about, as typed: a formula, a test problem, or a file.
namespace subject {

struct Arguments {
  std::string what, problem, start, bounds, jitter, target, model, loss, batch_size;
  std::vector<std::string> constraints, ignore;
  bool standardize = false, no_standardize = false;
};

void add_options(CLI::App& command, Arguments& arguments);
talweg::api::SubjectRequest request_from(const Arguments& arguments);

}  // namespace subject
