#include "talweg/train/online/run.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/online/learner.hpp"
#include "talweg/train/online/setup.hpp"

namespace talweg::train::online {

using namespace data::stream;

namespace {

constexpr std::int64_t first_milestone = 1000;
constexpr double seconds_between_reports = 0.2;

/// Where a run stands, apart from its table: plain data, saved and loaded as it is.
struct State {
  std::int64_t epoch = 1;
  std::int64_t offset = 0, line = 1;  ///< of the block at work
  std::int64_t done = 0;              ///< rows of that block that were learned
  std::int64_t row = 0;               ///< rows of this pass
  std::int64_t rows = 0;              ///< of all passes
  std::int64_t milestone = first_milestone;
  std::int64_t finished = 0;
  double seconds = 0;
  double recent_loss = 0;  ///< with that of this pass added: the loss of the rows since the last milestone
  std::int64_t recent_rows = 0;
  Oddities odd;
};

void save(const State& s, Archive& archive) {
  archive.put("state.counts",
              std::vector<std::int64_t>{s.epoch, s.offset, s.line, s.done, s.row, s.rows, s.milestone, s.finished,
                                        s.recent_rows, s.odd.blank_lines, s.odd.unsorted_rows, s.odd.qids,
                                        s.odd.unlabelled_rows, s.odd.missing_cells});
  archive.put("state.numbers", std::vector<double>{s.seconds, s.recent_loss});
}

State load_state(const Archive& archive) {
  const auto c = archive.integers("state.counts");
  const auto n = archive.doubles("state.numbers");
  constexpr std::size_t recent_rows = 8;  // may be below zero: the rows of this pass are added to them
  for (std::size_t i = 0; i < c.size(); ++i)
    if (c[i] < 0 && i != recent_rows) archive.fail("state.counts", "holds a number below zero");
  if (c[0] < 1 || c[2] < 1 || c[5] < c[4] || c[6] <= c[5] || c[7] > 1)
    archive.fail("state.counts", "holds counts of passes, lines and rows that do not fit each other");
  return {.epoch = c[0],
          .offset = c[1],
          .line = c[2],
          .done = c[3],
          .row = c[4],
          .rows = c[5],
          .milestone = c[6],
          .finished = c[7],
          .seconds = n[0],
          .recent_loss = n[1],
          .recent_rows = c[8],
          .odd = {c[9], c[10], c[11], c[12], c[13]}};
}

void save(const std::vector<Progress>& milestones, Archive& archive) {
  std::vector<double> numbers;
  for (const Progress& p : milestones)
    numbers.insert(numbers.end(), {double(p.rows), double(p.epoch), p.share, p.loss, p.recent_loss, p.roc_auc,
                                   p.learning_rate, p.seconds});
  archive.put("milestones", numbers, {milestones.size(), 8});
}

std::vector<Progress> load_milestones(const Archive& archive, std::int64_t epochs) {
  const auto n = archive.doubles("milestones");
  if (n.size() % 8 != 0) archive.fail("milestones", "should hold eight numbers each");
  for (std::size_t i = 0; i < n.size(); i += 8)
    if (!(n[i] >= 0 && n[i] <= 0x1p53 && n[i + 1] >= 0 && n[i + 1] <= 0x1p53))
      archive.fail("milestones", "holds counts of rows and passes that are none");
  std::vector<Progress> out;
  for (std::size_t i = 0; i + 8 <= n.size(); i += 8)
    out.push_back({.rows = static_cast<std::int64_t>(n[i]),
                   .epoch = static_cast<std::int64_t>(n[i + 1]),
                   .epochs = epochs,
                   .share = n[i + 2],
                   .loss = n[i + 3],
                   .recent_loss = n[i + 4],
                   .roc_auc = n[i + 5],
                   .learning_rate = n[i + 6],
                   .seconds = n[i + 7],
                   .milestone = true});
  return out;
}

template <class T> class Run {
 public:
  explicit Run(const Plan& plan)
      : plan_(plan),
        origin_(display_name(plan.file)),
        held_out_{plan.validation_share, plan.seed},
        folder_(plan.checkpoint.folder.empty() ? nullptr : std::make_unique<CheckpointFolder>(plan.checkpoint.folder)),
        saved_(saved(plan, folder_.get())),
        learner_(plan.head, plan.method, plan.rows.features.initial_size()),
        pass_(plan.head, plan.rows.target.classes.size()),
        first_(pass_) {
    if (folder_) fingerprint_ = Fingerprint::of(plan.file);
    if (saved_) load(*saved_);
    saved_.reset();
  }

  Outcome operator()(BlockReader reader) {
    bool fresh = true;
    while (!state_.finished && ending_ == Ending::completed) {
      if (!fresh) reader = BlockReader(Source::open(plan_.file), block_bytes, delimiter());
      fresh = false;
      if (state_.offset > 0)
        reader.seek(static_cast<std::uint64_t>(state_.offset), static_cast<std::uint64_t>(state_.line));
      pass(std::move(reader));
      if (ending_ != Ending::completed) break;
      end_pass();
    }
    if (folder_ && usable(ending_)) save();
    return outcome();
  }

 private:
  /// Where rows of cells are to be cut.
  std::optional<char> delimiter() const {
    const Features& f = plan_.rows.features;
    return f.format == data::Format::csv ? std::optional(f.delimiter) : std::nullopt;
  }
  double seconds() const {
    return before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

  RowOptions row_options() const {
    RowOptions options = plan_.rows;
    options.named = names_.slots;
    return options;
  }

  void pass(BlockReader reader) {
    const double total = static_cast<double>(reader.source().total());
    RowStream<T> stream(std::move(reader), make_parser<T>(row_options(), origin_), plan_.threads);
    while (RowBlock<T>* block = stream.next()) {
      state_.offset = static_cast<std::int64_t>(block->block.offset);
      state_.line = static_cast<std::int64_t>(block->block.line);
      share_ = total > 0 ? static_cast<double>(block->block.taken) / total : std::nan("");
      learner_.make_room(*block);
      const auto rows = static_cast<std::int64_t>(block->rows());
      const std::int64_t still_done = std::max<std::int64_t>(state_.done - rows, 0);  // blocks may be cut otherwise now
      if (still_done == 0 && !learn(*block)) return;
      state_.offset = static_cast<std::int64_t>(block->block.end());
      state_.line += static_cast<std::int64_t>(block->block.lines);
      state_.done = still_done;
      state_.odd += block->odd;
      names_.slots.insert(names_.slots.end(), block->names.slots.begin(), block->names.slots.end());
      names_.names.insert(names_.names.end(), block->names.names.begin(), block->names.names.end());
      const double now = seconds();
      if (plan_.on_progress && now - reported_ >= seconds_between_reports) {
        reported_ = now;
        plan_.on_progress(progress(false));
      }
      if (now >= plan_.max_seconds) ending_ = Ending::time_limit;
      if (plan_.stop && plan_.stop()) ending_ = Ending::stopped_by_caller;
      if (ending_ != Ending::completed) return;
      if (folder_ && plan_.checkpoint.period.steps == 0 && now - saved_at_ >= plan_.checkpoint.period.seconds) save();
    }
  }

  /// Rows of a block, with a stop wherever something happens between two of them. False when a number was not finite.
  bool learn(const RowBlock<T>& block) {
    const auto rows = static_cast<std::int64_t>(block.rows());
    while (state_.done < rows) {
      std::int64_t count = std::min(rows - state_.done, state_.milestone - state_.rows);
      const std::int64_t period = folder_ ? plan_.checkpoint.period.steps : 0;
      if (period > 0) count = std::min(count, period - state_.rows % period);
      const auto from = static_cast<std::size_t>(state_.done), to = from + static_cast<std::size_t>(count);
      const std::size_t end = learner_.learn(block, from, to, state_.row, held_out_, pass_);
      const auto done = static_cast<std::int64_t>(end - from);
      state_.done += done;
      state_.row += done;
      state_.rows += done;
      if (end < to) {
        ending_ = Ending::not_finite;
        return false;
      }
      if (state_.rows == state_.milestone) {
        state_.milestone *= 2;
        milestones_.push_back(progress(true));
        if (plan_.on_progress) plan_.on_progress(milestones_.back());
        state_.recent_loss = -pass_.loss_sum();
        state_.recent_rows = -pass_.rows();
      }
      if (period > 0 && state_.rows % period == 0) save();
    }
    return true;
  }

  Progress progress(bool milestone) const {
    const std::int64_t recent_rows = state_.recent_rows + pass_.rows();
    const double recent_loss = state_.recent_loss + pass_.loss_sum();
    return {.rows = state_.rows,
            .epoch = state_.epoch,
            .epochs = plan_.epochs,
            .share = share_,
            .loss = pass_.loss(),
            .recent_loss = recent_rows > 0 ? recent_loss / static_cast<double>(recent_rows) : pass_.loss(),
            .roc_auc = pass_.area_of_bins(),
            .learning_rate = learner_.table().learning_rate(),
            .seconds = seconds(),
            .milestone = milestone};
  }

  void end_pass() {
    if (state_.row == 0) throw Error(text::cat(origin_, ": holds no rows"));
    if (state_.epoch == 1) first_ = pass_;
    state_.finished = state_.epoch == plan_.epochs;
    if (state_.finished || plan_.on_epoch) {
      EpochEvent e;
      e.epoch = state_.epoch;
      e.epochs = plan_.epochs;
      e.step = learner_.table().steps();
      e.steps = e.step / state_.epoch * plan_.epochs;
      e.loss = pass_.loss();
      e.learning_rate = learner_.table().learning_rate();
      e.clipped = learner_.table().clipped_steps();
      e.validation = validate();
      e.seconds = seconds();
      validation_ = e.validation;
      if (plan_.on_epoch) plan_.on_epoch(e);
    }
    if (state_.finished) return;
    ++state_.epoch;
    state_.recent_loss += pass_.loss_sum();
    state_.recent_rows += pass_.rows();
    state_.offset = 0, state_.line = 1, state_.done = 0, state_.row = 0;
    pass_ = RunningMetrics(plan_.head, plan_.rows.target.classes.size());
  }

  Metrics validate() {
    if (plan_.validation.empty() && plan_.validation_share == 0) return {};
    const bool another = !plan_.validation.empty();
    const std::string& file = another ? plan_.validation : plan_.file;
    RowOptions options = row_options();
    BlockReader reader(Source::open(file), block_bytes, delimiter());
    if (another)
      options = rows_of_another({options.features, options.target, static_cast<std::uint32_t>(learner_.largest())},
                                file, "", reader, true);
    options.most_names = 0;
    const models::SparseLinear m = model();
    const Measured result =
        measure_rows(m, std::move(reader), options, display_name(file), another ? HeldOut{} : held_out_, plan_.threads);
    validation_rows_ = result.rows;
    return result.metrics;
  }

 public:
  /// With a share, only the rows that were held out.
  static Measured measure_rows(const models::SparseLinear& m, BlockReader reader, const RowOptions& options,
                               const std::string& origin, const HeldOut& only, int threads) {
    const models::SparseScorer<T> scorer(m);
    const RowLoss loss(m.head);
    RunningMetrics metrics(m.head, m.target.classes.size());
    std::vector<double> out(m.outputs()), slopes(m.outputs());
    Measured result;
    std::int64_t row = 0;
    RowStream<T> stream(std::move(reader), make_parser<T>(options, origin), threads);
    while (RowBlock<T>* block = stream.next()) {
      for (std::size_t r = 0; r < block->rows(); ++r, ++row) {
        if (r + 2 < block->rows()) scorer.prefetch(block->indices(r + 2));
        if (only.share > 0 && !only(row)) continue;
        scorer(block->indices(r), block->values(r), out);
        metrics.add(out, block->truth[r], loss(out, block->truth[r], slopes));
      }
      result.odd += block->odd;
    }
    result.metrics = metrics.metrics();
    result.rows = metrics.rows();
    return result;
  }

 private:
  models::SparseLinear model() const {
    models::SparseLinear m;
    m.spec = plan_.spec;
    m.head = plan_.head;
    m.target = plan_.rows.target;
    m.features = plan_.rows.features;
    m.single = sizeof(T) == sizeof(float);
    const SparseOptimizer<T>& table = learner_.table();
    for (std::size_t place = 0; place < table.size(); ++place) {
      bool some = false;
      for (std::size_t o = 0; o < table.outputs(); ++o) some = some || table.weight(place, o) != T(0);
      if (!some) continue;
      m.places.push_back(static_cast<std::int64_t>(place));
      for (std::size_t o = 0; o < table.outputs(); ++o) m.weights.push_back(table.weight(place, o));
    }
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

  void save() {
    saved_at_ = seconds();
    state_.seconds = saved_at_;
    Archive archive;
    archive.put("kind", std::string_view("checkpoint of a stream"));
    std::vector<std::string> keys, values;
    for (const auto& [key, value] : plan_.checkpoint.settings) keys.push_back(key), values.push_back(value);
    archive.put("settings.keys", keys);
    archive.put("settings.values", values);
    archive.put("period", std::string_view(plan_.checkpoint.period.text()));
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
    folder_->save(archive);
  }

  /// The checkpoint to go on from. Its table is as large as the run's before memory is taken for one.
  static std::optional<Archive> saved(const Plan& plan, const CheckpointFolder* folder) {
    if (!folder || !plan.checkpoint.resume) return std::nullopt;
    std::optional<Archive> archive = folder->load();
    if (!archive) return archive;
    check(*archive, checkpoint_form());
    const bool single = sizeof(T) == sizeof(float);
    const auto& table = archive->entry("table", single ? Archive::Type::float32 : Archive::Type::float64).bytes;
    if (table.size() / sizeof(T) / plan.head.outputs < plan.rows.features.initial_size())
      archive->fail("table", "is smaller than that of the run");
    return archive;
  }

  void load(const Archive& archive) {
    const auto file = archive.integers("file");
    if (Fingerprint{file[0], file[1]} != fingerprint_)
      throw Error(
          text::cat(origin_, ": has changed since the checkpoint in ", plan_.checkpoint.folder, " was written (",
                    file[0] == fingerprint_.size ? std::string("it was modified")
                                                 : text::cat("it had ", file[0], " bytes and has ", fingerprint_.size),
                    "); bring the old file back, or start anew in another folder"));
    state_ = load_state(archive);
    milestones_ = load_milestones(archive, plan_.epochs);
    if (state_.epoch > plan_.epochs || state_.offset > fingerprint_.size)
      archive.fail("state.counts", "does not fit the file and the passes of the run");
    const auto counts = archive.integers("table.counts");
    try {
      if constexpr (sizeof(T) == sizeof(float))
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
    before_ = state_.seconds;
    resumed_ = true;
    if (state_.finished) {
      validation_ = validate();
    }
  }

  Outcome outcome() {
    Outcome o;
    o.ending = ending_;
    o.progressive = (state_.epoch == 1 && !state_.finished ? pass_ : first_).metrics();
    o.train = pass_.metrics();
    o.validation = validation_;
    o.validation_rows = validation_rows_;
    o.epochs = state_.finished ? state_.epoch : state_.epoch - 1;
    o.steps = learner_.table().steps();
    o.examples = o.steps;
    o.clipped = learner_.table().clipped_steps();
    o.seconds = seconds();
    o.odd = state_.odd;
    o.milestones = milestones_;
    o.table_bytes = learner_.table().bytes();
    o.places = learner_.largest() + 1;
    o.resumed = resumed_;
    o.message = message();
    if (usable(ending_)) o.model = model();
    return o;
  }

  std::string message() const {
    const std::string seen = text::cat(learner_.table().steps(), " rows were learned in ", state_.epoch,
                                       state_.epoch == 1 ? " pass" : " passes");
    switch (ending_) {
      case Ending::not_finite:
        return text::cat(
            "the output of row ", state_.row + 1, " in pass ", state_.epoch,
            " is no finite number: weights grew without bound; lower the learning rate, or scale the values "
            "of the features");
      case Ending::time_limit:
        return text::cat("the time was up in pass ", state_.epoch, " of ", plan_.epochs, "; ", seen,
                         " so far, and the weights are those of the last");
      case Ending::stopped_by_caller:
        return text::cat("interrupted in pass ", state_.epoch, " of ", plan_.epochs, "; ", seen,
                         " so far, and the weights are those of the last");
      default:
        return seen;
    }
  }

  const Plan& plan_;
  std::string origin_;
  HeldOut held_out_;
  std::unique_ptr<CheckpointFolder> folder_;
  std::optional<Archive> saved_;
  Learner<T> learner_;
  RunningMetrics pass_, first_;
  Fingerprint fingerprint_;
  State state_;
  Names names_;
  std::vector<Progress> milestones_;
  Metrics validation_;
  std::int64_t validation_rows_ = 0;
  Ending ending_ = Ending::completed;
  bool resumed_ = false;
  double share_ = 0, before_ = 0, reported_ = 0, saved_at_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

template <class T> Outcome run(const Plan& plan, BlockReader reader) { return Run<T>(plan)(std::move(reader)); }

template <class T>
Measured measure(const models::SparseLinear& model, BlockReader reader, const RowOptions& rows,
                 const std::string& origin, int threads) {
  return Run<T>::measure_rows(model, std::move(reader), rows, origin, {}, threads);
}

template Outcome run<float>(const Plan&, BlockReader);
template Outcome run<double>(const Plan&, BlockReader);
template Measured measure<float>(const models::SparseLinear&, BlockReader, const RowOptions&, const std::string&, int);
template Measured measure<double>(const models::SparseLinear&, BlockReader, const RowOptions&, const std::string&, int);

}  // namespace talweg::train::online
