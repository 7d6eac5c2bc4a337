#include "talweg/train/online/stream.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/online/setup.hpp"

namespace talweg::train::online {

using namespace data::stream;

namespace {

constexpr double seconds_between_reports = 0.2;

}  // namespace

template <class T>
Stream<T>::Stream(const Plan& plan, BlockReader reader)
    : plan_(plan),
      origin_(plan.file.name()),
      held_out_(plan.held_out()),
      reader_(std::move(reader)),
      learner_(plan.head, plan.method, plan.rows.features.initial_size(), plan.class_weights),
      pass_(plan.head, plan.rows.target.classes.size()),
      first_(pass_) {
  if (plan.start) {
    learner_.take_weights(*plan.start);
    names_ = plan.start->names;
  }
  if (!plan.checkpoint.folder.empty()) fingerprint_ = Fingerprint::of(plan.file);
}

template <class T> double Stream<T>::begin(std::int64_t) {
  begin_ = std::chrono::steady_clock::now();
  return std::numeric_limits<double>::infinity();
}

/// Where rows of cells are to be cut.
template <class T> std::optional<char> Stream<T>::delimiter() const {
  const Features& f = plan_.rows.features;
  return f.format == data::Format::csv ? std::optional(f.delimiter) : std::nullopt;
}

template <class T> double Stream<T>::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

template <class T> RowOptions Stream<T>::row_options() const {
  RowOptions options = plan_.rows;
  options.named = names_.slots;
  return options;
}

/// The rows of the pass at work, from where it stands.
template <class T> void Stream<T>::open() {
  if (!reader_) reader_.emplace(BlockReader::open(plan_.file, block_bytes, delimiter()));
  if (state_.offset > 0)
    reader_->seek(static_cast<std::uint64_t>(state_.offset), static_cast<std::uint64_t>(state_.line));
  total_ = static_cast<double>(reader_->source().total());
  rows_ = std::make_unique<RowStream<T>>(std::move(*reader_), make_parser<T>(row_options(), origin_), plan_.threads);
  reader_.reset();
}

template <class T> bool Stream<T>::take_block() {
  block_ = rows_->next();
  if (!block_) return false;
  state_.offset = static_cast<std::int64_t>(block_->block.offset);
  state_.line = static_cast<std::int64_t>(block_->block.line);
  share_ = total_ > 0 ? static_cast<double>(block_->block.taken) / total_ : std::nan("");
  learner_.make_room(*block_);
  return true;
}

template <class T> void Stream<T>::finish_block() {
  const auto rows = static_cast<std::int64_t>(block_->rows());
  state_.offset = static_cast<std::int64_t>(block_->block.end());
  state_.line += static_cast<std::int64_t>(block_->block.lines);
  state_.done = std::max<std::int64_t>(state_.done - rows, 0);  // blocks may be cut otherwise now
  state_.odd += block_->odd;
  names_.slots.insert(names_.slots.end(), block_->names.slots.begin(), block_->names.slots.end());
  names_.names.insert(names_.names.end(), block_->names.names.begin(), block_->names.names.end());
  block_ = nullptr;
  if (plan_.on_progress && seconds() - reported_ >= seconds_between_reports) {
    reported_ = seconds();
    plan_.on_progress(progress(false));
  }
}

template <class T> Step Stream<T>::step() {
  if (state_.pass_over) begin_pass();
  if (!rows_) open();
  if (!block_ && !take_block()) return end_pass();
  const auto rows = static_cast<std::int64_t>(block_->rows());
  std::int64_t count = std::min(rows - state_.done, state_.milestone - state_.rows);
  const std::int64_t period = plan_.checkpoint.period.steps;
  if (!plan_.checkpoint.folder.empty() && period > 0) count = std::min(count, period - state_.rows % period);
  Step step{.loss = pass_.loss(), .learning_rate = learner_.table().learning_rate()};
  if (count > 0) {
    const auto from = static_cast<std::size_t>(state_.done), to = from + static_cast<std::size_t>(count);
    const double before = pass_.loss_sum(), weight_before = pass_.loss_weight();
    const std::size_t end = learner_.learn(*block_, from, to, state_.row, held_out_, pass_);
    const auto done = static_cast<std::int64_t>(end - from);
    state_.done += done;
    state_.row += done;
    state_.rows += done;
    const double weight = pass_.loss_weight() - weight_before;
    step.loss = weight > 0 ? (pass_.loss_sum() - before) / weight : pass_.loss();
    if (end < to) {
      step.ending = Ending::not_finite;
      step.loss = std::nan("");
    } else if (state_.rows == state_.milestone) {
      reach_milestone();
    }
  }
  step.number = learner_.table().steps();
  if (!step.ending && state_.done >= rows) finish_block();
  return step;
}

template <class T> void Stream<T>::reach_milestone() {
  state_.milestone *= 2;
  milestones_.push_back(progress(true));
  if (plan_.on_progress) plan_.on_progress(milestones_.back());
  state_.recent_loss = -pass_.loss_sum();
  state_.recent_weight = -pass_.loss_weight();
}

template <class T> StreamEvent Stream<T>::progress(bool milestone) const {
  const double recent_weight = state_.recent_weight + pass_.loss_weight();
  const double recent_loss = state_.recent_loss + pass_.loss_sum();
  return {.rows = state_.rows,
          .epoch = state_.epoch,
          .epochs = plan_.epochs,
          .share = share_,
          .loss = pass_.loss(),
          .recent_loss = recent_weight > 0 ? recent_loss / recent_weight : pass_.loss(),
          .roc_auc = pass_.area_of_bins(),
          .learning_rate = learner_.table().learning_rate(),
          .seconds = seconds(),
          .milestone = milestone};
}

template <class T> Step Stream<T>::end_pass() {
  if (state_.row == 0) throw Error(text::cat(origin_, ": holds no rows"));
  if (pass_.rows() > 0 && pass_.loss_weight() == 0)
    throw Error(text::cat(origin_, ": all rows have the weight 0; none would count"));
  if (state_.epoch == 1) first_ = pass_;
  state_.pass_over = 1;
  rows_.reset();
  return {.number = learner_.table().steps(),
          .loss = pass_.loss(),
          .learning_rate = learner_.table().learning_rate(),
          .ends_epoch = true};
}

template <class T> void Stream<T>::begin_pass() {
  state_.pass_over = 0;
  ++state_.epoch;
  state_.recent_loss += pass_.loss_sum();
  state_.recent_weight += pass_.loss_weight();
  state_.offset = 0, state_.line = 1, state_.done = 0, state_.row = 0;
  pass_ = RunningMetrics(plan_.head, plan_.rows.target.classes.size());
}

template <class T> EpochEvent Stream<T>::epoch() const {
  EpochEvent e;
  e.step = learner_.table().steps();
  e.steps = e.step / state_.epoch * plan_.epochs;
  e.loss = pass_.loss();
  e.learning_rate = learner_.table().learning_rate();
  e.clipped = learner_.table().clipped_steps();
  return e;
}

/// Reading ahead ends.
template <class T> void Stream<T>::conclude() {
  block_ = nullptr;
  rows_.reset();
}

template <class T> Judge Stream<T>::judge(std::string_view metric, bool) const { return Judge::of(plan_.head, metric); }

template <class T> Metrics Stream<T>::measure(Part part) {
  if (part == Part::training) return pass_.metrics();
  if (!has_validation() || !state_.pass_over) return {};
  if (validated_at_ == learner_.table().steps()) return validation_;
  const Measured result = measure_part(plan_.validation, RowPart::validation, stop());
  validation_rows_ = result.rows;
  validated_at_ = learner_.table().steps();
  return validation_ = result.metrics;
}

template <class T> Measured Stream<T>::measure_part(const data::Input& another, RowPart part, const Stop& stop) const {
  const bool other = !another.empty();
  const data::Input& file = other ? another : plan_.file;
  RowOptions options = row_options();
  BlockReader reader = BlockReader::open(file, block_bytes, delimiter());
  if (other)
    options = rows_of_another(
        {options.features, options.target, static_cast<std::uint32_t>(learner_.largest()), plan_.rows.weights}, file,
        "", reader, true);
  options.most_names = 0;
  const models::SparseLinear m = model();
  return measure_rows(m, m.head, plan_.class_weights, std::move(reader), options, file.name(),
                      other ? RowsOfPart{} : RowsOfPart{held_out_, part}, plan_.threads, stop);
}

template <class T> void Stream<T>::measure_test(Outcome& o, const Stop& stop) {
  if (plan_.test.empty() && plan_.test_share == 0) return;
  try {
    const Measured result = measure_part(plan_.test, RowPart::test, stop);
    o.test = result.metrics;
    o.test_rows = result.rows;
  } catch (const Stopped&) {
    o.message += "; interrupted before the test rows were measured";
  }
}

template <class T>
Measured Stream<T>::measure_rows(const models::SparseLinear& m, const models::Head& head,
                                 std::span<const double> class_weights, BlockReader reader, const RowOptions& options,
                                 const std::string& origin, const RowsOfPart& only, int threads, const Stop& stop) {
  const models::SparseScorer<T> scorer(m);
  const RowLoss loss(head);
  RunningMetrics metrics(head, m.target.classes.size());
  std::vector<double> out(m.outputs()), slopes(m.outputs());
  Measured result;
  std::int64_t row = 0;
  RowStream<T> stream(std::move(reader), make_parser<T>(options, origin), threads);
  while (RowBlock<T>* block = stream.next()) {
    if (row > 0) stop.check();
    for (std::size_t r = 0; r < block->rows(); ++r, ++row) {
      if (r + 2 < block->rows()) scorer.prefetch(block->indices(r + 2));
      if (!only(row)) continue;
      scorer(block->indices(r), block->values(r), out);
      const double l = loss(out, block->truth[r], slopes);
      if (!std::isfinite(l) || !std::ranges::all_of(out, [](double v) { return std::isfinite(v); })) {
        result.metrics.values.emplace_back("loss", std::numeric_limits<double>::infinity());
        result.without_number = row;
        result.rows = metrics.rows() + 1;
        return result;
      }
      const CountedRow counts = counted(*block, r, class_weights);
      metrics.add({out, slopes, block->truth[r], l, counts.weight, counts.loss_weight});
    }
    result.odd += block->odd;
  }
  result.metrics = metrics.metrics();
  result.rows = metrics.rows();
  return result;
}

template <class T> models::SparseLinear Stream<T>::model() const {
  models::SparseLinear m;
  m.spec = plan_.spec;
  m.head = plan_.head;
  m.target = plan_.rows.target;
  m.features = plan_.rows.features;
  m.single = sizeof(T) == sizeof(float);
  learner_.put_weights(m);
  std::vector<std::size_t> order(names_.slots.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return names_.slots[a] < names_.slots[b]; });
  for (const auto i : order)
    if (std::binary_search(m.places.begin(), m.places.end(), std::int64_t{names_.slots[i]})) {
      m.names.slots.push_back(names_.slots[i]);
      m.names.names.push_back(names_.names[i]);
    }
  return m;
}

template <class T> Work Stream<T>::work() const {
  const std::int64_t steps = learner_.table().steps();
  return {.steps = steps, .examples = steps, .clipped = learner_.table().clipped_steps()};
}

template <class T> std::string Stream<T>::done(std::int64_t) const {
  return text::cat(learner_.table().steps(), " rows in ", state_.epoch, state_.epoch == 1 ? " pass" : " passes");
}

template <class T> std::string Stream<T>::remark(const train::Outcome& outcome, double) const {
  switch (outcome.ending) {
    case Ending::not_finite:
      return text::cat(": the output of row ", state_.row + 1, " is no finite number, for weights grew without bound");
    case Ending::time_limit:
    case Ending::stopped_by_caller:
      return "; the weights are those of the last row";
    default:
      return "";
  }
}

template <class T> void Stream<T>::tell(Outcome& o) const {
  o.progressive = (state_.epoch == 1 ? pass_ : first_).metrics();
  o.validation_rows = validation_rows_;
  o.odd = state_.odd;
  o.milestones = milestones_;
  o.table_bytes = learner_.table().bytes();
  o.places = learner_.largest() + 1;
  if (usable(o.ending)) o.model = model();
}

template <class T> void Stream<T>::save(Archive& archive) const {
  archive.put("file", std::vector<std::int64_t>{fingerprint_.size, fingerprint_.modified_ns});
  online::save(state_, archive);
  online::save(milestones_, archive);
  const auto counters = learner_.table().counters();
  archive.put("table.counts",
              std::vector<std::int64_t>{counters.t, counters.clipped, static_cast<std::int64_t>(learner_.largest())});
  archive.put("table", learner_.table().table());
  pass_.save(archive, "pass.");
  first_.save(archive, "first.");
  names_.save(archive);
}

/// The table of the checkpoint is as large as the run's before memory is taken for one.
template <class T> void Stream<T>::load(const Archive& archive) {
  const bool single = sizeof(T) == sizeof(float);
  const auto& saved = archive.entry("table", single ? Archive::Type::float32 : Archive::Type::float64).bytes;
  if (saved.size() / sizeof(T) / plan_.head.outputs < plan_.rows.features.initial_size())
    archive.fail("table", "is smaller than that of the run");
  const auto file = archive.integers("file");
  if (Fingerprint{file[0], file[1]} != fingerprint_)
    throw Error(text::cat(origin_, ": has changed since the checkpoint in ", plan_.checkpoint.folder, " was written (",
                          file[0] == fingerprint_.size
                              ? std::string("it was modified")
                              : text::cat("it had ", file[0], " bytes and has ", fingerprint_.size),
                          "); bring the old file back, or start anew in another folder"));
  state_ = load_state(archive);
  milestones_ = load_milestones(archive, plan_.epochs);
  if (state_.offset > fingerprint_.size) archive.fail("state.counts", "does not fit the file of the run");
  const auto counts = archive.integers("table.counts");
  try {
    if constexpr (single)
      learner_.table().restore(archive.floats("table"), {counts[0], counts[1]});
    else
      learner_.table().restore(archive.doubles("table"), {counts[0], counts[1]});
  } catch (const Error& error) {
    archive.fail("table", text::cat("cannot be used: ", error.what()));
  }
  const std::size_t size = learner_.table().size();
  if (size < plan_.rows.features.initial_size() || static_cast<std::size_t>(counts[2]) >= size)
    archive.fail("table", "does not fit the features of the run");
  learner_.set_largest(static_cast<std::size_t>(counts[2]));
  pass_.load(archive, "pass.");
  first_.load(archive, "first.");
  names_ = Names::load(archive);
  if (std::any_of(names_.slots.begin(), names_.slots.end(), [&](auto slot) { return slot >= size; }))
    archive.fail("names.places", "holds a place outside the table");
}

template class Stream<float>;
template class Stream<double>;

}  // namespace talweg::train::online
