#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "talweg/api/explain/explain.hpp"
#include "talweg/api/list_request.hpp"
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/api/race/advise.hpp"
#include "talweg/api/race/compare.hpp"
#include "talweg/api/train/train.hpp"

/// Lessons: pages of a few sentences beside runs of the engine. Every number of a page is one of a run that stands on
/// it, in the sentences too, and the command line that is printed beside it is made of the request that ran.
namespace talweg::api::lesson {

/// Rows that a lesson brings along. To its runs they are a table in memory that is named after the file; a reader makes
/// the file by `command`.
struct File {
  std::string name, text;
  data::Input input() const;
  /// printf '…' > name
  std::string command() const;
};

/// A request and what came out of it.
template <class Request, class Outcome> struct RunOf {
  Request request;
  Outcome outcome;
};
template <class Request, class Outcome> using Shared = std::shared_ptr<const RunOf<Request, Outcome>>;
using MinimizeRun = Shared<MinimizeRequest, MinimizeOutcome>;
using ExplainRun = Shared<ExplainRequest, ExplainOutcome>;
using RaceRun = Shared<CompareRequest, CompareOutcome>;
using AdviceRun = Shared<AdviseRequest, AdviseOutcome>;
struct TrainOutcome {
  TrainReport report;
  std::vector<train::EpochEvent> epochs;
};
using TrainRun = Shared<TrainRequest, TrainOutcome>;

/// The path on f and, with `values`, f at each step.
struct PathPicture {
  std::string file;                     ///< where a reader writes it: "adam.svg"
  std::vector<NamedRange> ranges = {};  ///< what axes show, by their names; the others what the path needs
  bool values = false;
};
/// The first steps of a run and its last one: the point and f, and what else is asked for.
struct Walk {
  enum class Columns { point, gradient, state };
  MinimizeRun run;
  std::int64_t first = 25;          ///< steps in a row from the start on
  Columns beside = Columns::state;  ///< state: what the method keeps, and of formulas over rows the gradient
  std::optional<PathPicture> picture = {};
};
/// Where a run ended.
struct Summary {
  MinimizeRun run;
};
/// The sections of an explanation that have one of these titles, or begin with one.
struct Arithmetic {
  ExplainRun run;
  std::vector<std::string> sections;
};
/// The graph of an explanation, or what is known of it at some moment.
struct GraphPicture {
  ExplainRun run;  ///< as a graph
  explain::Graph graph;
};
/// The ranking of a race, and its curves where `file` names a picture.
struct RaceTable {
  RaceRun run;
  std::string file = {};
};
/// What a training run prints of its epochs.
struct Epochs {
  TrainRun run;
};
/// The loss of several training runs over their epochs, and a table of every so many epochs.
struct LossCurves {
  std::vector<std::string> names;
  std::vector<TrainRun> runs;  ///< as many as names
  std::int64_t every = 100;
};
/// What the cards say of some methods, beside what races measured of them, a column for each.
struct Cards {
  ListRequest request;
  struct Row {
    std::string name;
    Guidance guidance;
    std::vector<std::string> measured;
  };
  std::vector<std::string> measured;  ///< heads of columns
  std::vector<RaceRun> races;
  std::vector<Row> rows;
};
struct Advice {
  AdviceRun run;
};

using Exhibit =
    std::variant<File, Walk, Summary, Arithmetic, GraphPicture, RaceTable, Epochs, LossCurves, Cards, Advice>;

struct Page {
  std::string title;
  std::vector<std::string> words;  ///< paragraphs
  std::vector<Exhibit> exhibits = {};
};

struct Lesson {
  std::string_view name, title;
  std::string_view what;  ///< in one line
  std::vector<Page> (*pages)();
};

/// In the order in which they are to be read.
std::span<const Lesson> lessons();
/// Throws Error for an unknown name, with near names.
const Lesson& find(std::string_view name);

std::vector<Page> neuron_pages();
std::vector<Page> optimizers_pages();
std::vector<Page> line_pages();
std::vector<Page> network_pages();
std::vector<Page> choosing_pages();

}  // namespace talweg::api::lesson
