#include "talweg/present/lesson/printed.hpp"

#include <algorithm>

#include "talweg/base/text.hpp"
#include "talweg/present/explain/explain_report.hpp"
#include "talweg/present/minimize/minimize_picture.hpp"
#include "talweg/present/minimize/minimize_report.hpp"
#include "talweg/present/race/advise_report.hpp"
#include "talweg/present/race/compare_picture.hpp"
#include "talweg/present/train/train_report.hpp"

namespace talweg::present::lesson {

using namespace api::lesson;
using text::cat;

std::string printed(const Arithmetic& shown) {
  api::ExplainOutcome outcome = shown.run->outcome;
  auto& document = std::get<api::ExplainDocument>(outcome.shown);
  document.sentences.clear();
  std::erase_if(document.sections, [&](const explain::Section& section) {
    return std::ranges::none_of(shown.sections, [&](const auto& wanted) { return section.title.starts_with(wanted); });
  });
  return render(outcome, ExplainFormat::text);
}

std::string printed(const Summary& shown) { return render(shown.run->outcome, Format::table); }

std::string printed(const Epochs& shown) {
  std::string out;
  for (const auto& e : shown.run->outcome.epochs)
    if (is_told(e)) out += epoch_line(e);
  const api::TrainReport& report = shown.run->outcome.report;
  return cat(out, train::name(report.ending), ": ", report.message, "\n");
}

std::string printed(const Advice& shown) { return advice_text(shown.run->outcome); }

std::vector<report::plot::Panel> panels(const Walk& walk) {
  std::vector<report::plot::Panel> out;
  if (!walk.picture) return out;
  const auto& [request, outcome] = *walk.run;
  const PictureOptions options{.ranges = walk.picture->ranges};
  out.push_back(path_panel(request, outcome, options));
  if (walk.picture->values) out.emplace_back(value_panel(outcome, options));
  return out;
}

std::vector<report::plot::Panel> panels(const RaceTable& race) {
  if (race.file.empty()) return {};
  return picture(race.run->outcome).panels;
}

report::plot::Chart chart(const LossCurves& curves) {
  report::plot::Chart out{.title = "Loss", .x = {.label = "epoch"}, .y = {.label = "loss"}};
  for (std::size_t k = 0; k < curves.runs.size(); ++k) {
    report::plot::Series s{.name = curves.names[k]};
    for (const auto& e : curves.runs[k]->outcome.epochs) {
      s.x.push_back(static_cast<double>(e.epoch));
      s.y.push_back(e.loss);
    }
    out.series.push_back(std::move(s));
  }
  out.y.scale = report::plot::Scale::log;
  return out;
}

}  // namespace talweg::present::lesson
