#include "talweg/api/use/inspect.hpp"

#include <memory>
#include <optional>

#include "command.hpp"
#include "command_line.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "talweg/api/use/request.hpp"
#include "talweg/present/network_picture.hpp"
#include "talweg/present/use/inspect_page.hpp"
#include "talweg/present/use/inspect_report.hpp"

namespace {

struct Asked {
  talweg::api::InspectRequest request;
  Documents documents;
  talweg::present::PictureOptions picture;  ///< its title alone: a drawing of a network has no axes
};

int run(const Asked& a) {
  if (a.request.model.empty()) throw talweg::Error("a model file is needed: talweg inspect digits.talweg");
  const std::string format = a.documents.format_or("table");
  const std::string& place = a.documents.plot;
  if (place == "-")
    throw talweg::Error("--plot -: networks are drawn to FILE.svg or FILE.png; their layers stand in the table");
  picture::check(place, format, a.documents.on_stdout());
  if (!a.documents.report.empty()) talweg::file::check_writable(a.documents.report);
  talweg::present::refuse_without_picture(a.picture, !place.empty() || !a.documents.report.empty());
  const talweg::api::InspectReport report = talweg::api::inspect(a.request);
  std::optional<talweg::report::plot::Figure> drawn;
  if (!place.empty()) drawn = talweg::present::picture(report, a.picture);
  const std::string document = talweg::present::inspection(report, format);
  format == "csv" ? put_data(document, a.documents.output) : put_document(document, a.documents.output);
  if (drawn) picture::put(*drawn, place);
  if (!a.documents.report.empty())
    put_page(talweg::present::inspect_page(report, command_line::reproduction(), a.picture), a.documents.report);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg inspect clicks.talweg --top 50
  talweg inspect digits.talweg --format json
  talweg inspect clicks.talweg --report clicks.html
  talweg inspect mlp:4,3 --inputs 2 --outputs 3 --plot network.svg

Says what a model file holds and what made it. Models without hidden layer list their largest coefficients by name, in
the units of the file whatever was scaled for training (beside them, where columns were standardised, `scaled`: for one
standard deviation of the column), with standard errors where a fit ended at its optimum; networks their layers. A
network that is not trained yet is named by its spec, with its inputs and outputs.)";

}  // namespace

Command inspect_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, talweg::api::InspectRequest::options());
  add_options(command.options, a->documents,
              document_options({.format = table_formats,
                                .output = to_file,
                                .plot = "draw the network: FILE.svg or FILE.png",
                                .report = "write a page about the model, which opens offline"}));
  add_options(command.options, a->picture, {talweg::present::PictureOptions::title_option()});
  command.run = [a] { return run(*a); };
  return command;
}
