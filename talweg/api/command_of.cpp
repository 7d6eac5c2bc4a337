#include "talweg/api/command_of.hpp"

#include <algorithm>

#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

/// Arguments first: behind an option that takes several values they would be among these.
shell::Pieces command(std::string_view name, std::vector<BoundOption> options) {
  std::stable_partition(options.begin(), options.end(), [](const BoundOption& o) { return o.info.argument; });
  shell::Pieces out{text::cat("talweg ", name)};
  for (std::string& piece : shell::pieces(options)) out.push_back(std::move(piece));
  return out;
}

template <class R> shell::Pieces described(std::string_view name, R request) {
  std::vector<BoundOption> options;
  add_options(options, request, R::options());
  return command(name, std::move(options));
}

}  // namespace

shell::Pieces command_of(const MinimizeRequest& request) {
  MinimizeRequest asked = request;
  std::vector<BoundOption> options;
  add_options(options, asked, MinimizeRequest::problem_options());
  add_options(options, asked, MinimizeRequest::run_options());
  return command("minimize", std::move(options));
}

shell::Pieces command_of(const ExplainRequest& request) {
  ExplainRequest asked = request;
  std::vector<BoundOption> options;
  add_options(options, asked.problem, MinimizeRequest::problem_options());
  add_options(options, asked, ExplainRequest::options());
  return command("explain", std::move(options));
}

shell::Pieces command_of(const CompareRequest& request) { return described("compare", request); }
shell::Pieces command_of(const AdviseRequest& request) { return described("advise", request); }
shell::Pieces command_of(const TrainRequest& request) { return described("train", request); }
shell::Pieces command_of(const ListRequest& request) { return described("list", request); }

}  // namespace talweg::api
