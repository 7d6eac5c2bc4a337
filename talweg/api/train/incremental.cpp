#include "talweg/api/train/incremental.hpp"

#include <cmath>
#include <utility>

#include "talweg/base/archive.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/input.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/optim/first_order/sparse.hpp"
#include "talweg/train/online/row_learner.hpp"
#include "talweg/train/online/stream_model.hpp"

namespace talweg {

using train::online::RowLearner;
using train::online::RunningMetrics;

namespace {

constexpr std::string_view state_kind = "incremental model";

data::Target target_of(const models::ModelSpec& spec, const std::vector<std::string>& classes) {
  data::Target target;
  target.name = "label";
  if (spec.kind == "linear") {
    if (!classes.empty()) throw Error("classes", "classes: a linear model predicts numbers; leave them out");
    return target;
  }
  if (spec.kind != "logistic" && spec.kind != "softmax")
    throw Error("model", text::cat(text::option("model", spec.text()), ": expected linear, logistic or softmax"));
  const bool binary = spec.kind == "logistic";
  if (binary ? classes.size() != 2 : classes.size() < 2)
    throw Error("classes",
                text::cat("classes: ", classes.size(), " where ", spec.kind, binary ? " has two" : " has two or more"));
  target.task = binary ? data::Task::binary : data::Task::classes;
  target.classes = classes;
  for (const auto& c : classes)
    if (const auto number = text::parse_number(c)) target.class_values.push_back(*number);
  target.numeric = target.class_values.size() == classes.size();
  if (!target.numeric) target.class_values.clear();
  return target;
}

models::Head head_of(const data::Target& target, const std::string& loss) {
  models::Head head;
  head.task = target.task;
  head.loss = nn::name(nn::loss(loss.empty() ? models::default_loss(head.task) : loss));
  if (head.traits().task != models::task_of(head.task))
    throw Error("loss", text::cat(text::option("loss", loss), ": is no loss for such a target"));
  head.outputs = head.task == data::Task::classes ? target.classes.size() : 1;
  return head;
}

models::ModelSpec spec_of(const std::string& text) {
  const auto spec = models::ModelSpec::parse(text);
  if (spec.l1 != 0 || spec.l2 != 0 || spec.c != 0)
    throw Error("model", text::cat(text::option("model", spec.text()),
                                   ": penalties have no effect on rows that are learned one by one; leave them out "
                                   "(ftrl has l1 and l2)"));
  return spec;
}

FirstOrder method_of(const std::string& text) {
  FirstOrder method = FirstOrder::parse(text);
  method.validate();
  if (const std::string why = SparseOptimizer<double>::refusal(method); !why.empty()) throw Error("optimizer", why);
  return method;
}

}  // namespace

struct IncrementalModel::Parts {
  explicit Parts(const Request& r)
      : request(r),
        spec(spec_of(r.model)),
        target(target_of(spec, r.classes)),
        head(head_of(target, r.loss)),
        method(method_of(r.optimizer)),
        learner(head, method, 1),
        metrics(head, target.classes.size()) {}

  Request request;
  models::ModelSpec spec;
  data::Target target;
  models::Head head;
  FirstOrder method;
  RowLearner<double> learner;
  RunningMetrics metrics;
  data::stream::RowBlock<double> block;

  void check(const data::SparseRows& rows, std::span<const double> targets) const {
    data::check(rows, "rows");
    if (targets.size() != rows.rows())
      throw Error(text::cat("targets: ", targets.size(), " for ", rows.rows(), " rows"));
    const auto classes = static_cast<double>(target.classes.size());
    for (std::size_t r = 0; r < targets.size(); ++r) {
      const double y = targets[r];
      const bool fits = classes > 0 ? y >= 0 && y < classes && y == std::floor(y) : std::isfinite(y);
      if (!fits)
        throw Error(text::cat(
            "targets: ", y, " of row ", r + 1, ": expected ",
            classes > 0 ? text::cat("the place of a class, 0 to ", classes - 1) : std::string("a finite number")));
    }
    if (rows.width > data::stream::Features::largest_index)
      throw Error(text::cat("rows: ", rows.width, " columns, where a table has at most ",
                            data::stream::Features::largest_index));
  }

  /// Rows from `from` on, as many as a block has room for, as a parser would make them of the text: each ends with the
  /// bias. Returns the row behind them.
  std::size_t take(const data::SparseRows& rows, std::span<const double> targets, std::size_t from) {
    constexpr std::size_t enough = std::size_t{1} << 16;
    block.clear();
    block.begin.assign(1, 0);
    block.index.clear();
    block.value.clear();
    block.largest = static_cast<std::uint32_t>(rows.width);
    std::size_t r = from;
    for (; r < rows.rows() && block.index.size() < enough; ++r) {
      for (std::size_t k = rows.starts[r]; k < rows.starts[r + 1]; ++k) {
        block.index.push_back(rows.columns[k] + 1);
        block.value.push_back(rows.value(k));
      }
      block.index.push_back(0);
      block.value.push_back(1);
      block.begin.push_back(static_cast<std::uint32_t>(block.index.size()));
      block.truth.push_back(targets[r]);
    }
    return r;
  }
};

IncrementalModel::IncrementalModel(const Request& request) : parts_(std::make_unique<Parts>(request)) {}
IncrementalModel::IncrementalModel(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
IncrementalModel::IncrementalModel(IncrementalModel&&) noexcept = default;
IncrementalModel& IncrementalModel::operator=(IncrementalModel&&) noexcept = default;
IncrementalModel::~IncrementalModel() = default;

void IncrementalModel::learn(const data::SparseRows& rows, std::span<const double> targets) {
  Parts& p = *parts_;
  p.check(rows, targets);
  for (std::size_t from = 0; from < rows.rows();) {
    const std::size_t to = p.take(rows, targets, from), count = to - from;
    p.learner.make_room(p.block);
    const std::size_t end = p.learner.learn(p.block, 0, count, 0, {}, p.metrics);
    if (end < count)
      throw Error(text::cat("row ", from + end + 1,
                            ": its output is no finite number, for weights grew without bound; lower the learning "
                            "rate, or scale the values of the features"));
    from = to;
  }
}

std::int64_t IncrementalModel::rows() const { return parts_->learner.table().steps(); }

LoadedModel IncrementalModel::model() const {
  const Parts& p = *parts_;
  auto made = std::make_shared<train::online::StreamModel>();
  models::SparseLinear& m = made->model;
  m.spec = p.spec;
  m.head = p.head;
  m.target = p.target;
  m.features.base = 0;
  m.single = false;
  p.learner.put_weights(m);
  made->record = {.optimizer = p.method.spec(),
                  .schedule = p.method.schedule.spec(),
                  .clip = p.method.clip.spec(),
                  .groups = {},
                  .batch_size = 1,
                  .epochs = 1,
                  .steps = rows(),
                  .examples = rows(),
                  .status = "completed",
                  .kernel = {}};
  return LoadedModel(std::move(made));
}

std::string IncrementalModel::state() const {
  const Parts& p = *parts_;
  Archive out;
  out.put("kind", state_kind);
  out.put("model", p.request.model);
  out.put("optimizer", p.request.optimizer);
  out.put("loss", p.request.loss);
  out.put("classes", std::span(p.request.classes));
  const auto counters = p.learner.table().counters();
  out.put("table.counts",
          std::vector<std::int64_t>{counters.t, counters.clipped, static_cast<std::int64_t>(p.learner.largest())});
  out.put("table", p.learner.table().table());
  return out.bytes();
}

IncrementalModel IncrementalModel::from_state(std::string_view bytes) {
  const Archive archive = Archive::parse(bytes, "state");
  if (!archive.has("kind") || archive.text("kind") != state_kind)
    throw Error("state: is no state of an incremental model");
  auto parts = std::make_unique<Parts>(Request{.model = archive.text("model"),
                                               .optimizer = archive.text("optimizer"),
                                               .classes = archive.texts("classes"),
                                               .loss = archive.text("loss")});
  const auto counts = archive.integers("table.counts");
  if (counts.size() != 3 || counts[2] < 0) archive.fail("table.counts", "should hold three numbers, none below zero");
  parts->learner.table().restore(archive.doubles("table"), {counts[0], counts[1]});
  if (static_cast<std::size_t>(counts[2]) >= parts->learner.table().size())
    archive.fail("table.counts", "does not fit the table");
  parts->learner.set_largest(static_cast<std::size_t>(counts[2]));
  return IncrementalModel(std::move(parts));
}

}  // namespace talweg
