#include "talweg/optim/optimizer.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/simd/select.hpp"

namespace talweg {

namespace {

/// Below this many elements a step is done before other threads have woken up.
constexpr std::size_t parallel_from = 1 << 15;
/// Elements stepped, projected and averaged while they are in the first-level cache.
constexpr std::size_t cache_block = 1 << 12;

template <class T> std::unique_ptr<Updater<T>> updater(const AnyRule& rule) {
  if constexpr (std::is_same_v<T, float>)
    return rule.updater_float();
  else
    return rule.updater_double();
}

std::vector<Segment> whole(std::size_t size) { return {{"x", 0, size}}; }

void require_contiguous(const std::vector<Segment>& segments) {
  std::size_t next = 0;
  for (const Segment& s : segments) {
    if (s.offset != next)
      throw Error(text::cat("segment ", s.name, " begins at ", s.offset, " and should begin at ", next));
    next += s.size;
  }
}

/// How many numbers the neediest of these keeps for each element.
std::size_t slots_of(const std::vector<FirstOrder>& methods) {
  std::size_t slots = 0;
  for (const FirstOrder& m : methods) slots = std::max(slots, m.rule().active_slots());
  return slots;
}

void require_size(std::string_view what, std::size_t size, std::size_t wanted) {
  if (size != wanted) throw Error(text::cat(what, " has ", size, " entries and the optimizer was made for ", wanted));
}

}  // namespace

template <class T>
Optimizer<T>::Optimizer(FirstOrder method, std::size_t size) : Optimizer(std::move(method), whole(size)) {}

template <class T>
Optimizer<T>::Optimizer(FirstOrder method, std::vector<Segment> segments)
    : method_(std::move(method)), segments_(std::move(segments)) {
  method_.validate();
  require_contiguous(segments_);
  build();
  for (const auto& u : updaters_) {
    const auto carry = u->carry();
    state_.groups.push_back({.context = {0, 0, 0}, .carry = {carry.begin(), carry.end()}});
  }
  state_.slots = simd::StaggeredArrays<T>(slots_of(group_methods_), size_);
  if (method_.averaging) state_.average.assign(size_, T(0));
  if (method_.ema != 0) state_.moving_average.assign(size_, T(0));
}

template <class T>
Optimizer<T>::Optimizer(const Optimizer& other)
    : method_(other.method_),
      segments_(other.segments_),
      lower_(other.lower_),
      upper_(other.upper_),
      parallel_(other.parallel_),
      state_(other.state_) {
  build();
  refold();
}
template <class T> Optimizer<T>& Optimizer<T>::operator=(const Optimizer& other) { return *this = Optimizer(other); }
template <class T> Optimizer<T>::Optimizer(Optimizer&&) noexcept = default;
template <class T> Optimizer<T>& Optimizer<T>::operator=(Optimizer&&) noexcept = default;
template <class T> Optimizer<T>::~Optimizer() = default;

/// Everything that follows from the method and the segments: a method for each group, and who steps which elements.
template <class T> void Optimizer<T>::build() {
  group_methods_.assign(1, method_);
  for (const Group& group : method_.groups) {
    FirstOrder m = method_;
    for (const auto& [key, value] : group.values) {
      if (key == "averaging" || key == "ema" || key == "maximize")
        throw Error(text::cat("group ", group.pattern, ": ", key, " belongs to the whole run, not to a group"));
      m.set(key, value);
    }
    m.validate();
    if (std::ranges::none_of(segments_, [&](const Segment& s) { return matches(group.pattern, s.name); }))
      throw Error(text::cat("group '", group.pattern, "' matches no parameter; the first is '",
                            segments_.empty() ? "" : segments_[0].name, "'"));
    group_methods_.push_back(std::move(m));
  }
  if constexpr (std::is_same_v<T, float>)
    for (const FirstOrder& m : group_methods_) m.require_single_precision();
  updaters_.clear();
  for (const FirstOrder& m : group_methods_) updaters_.push_back(updater<T>(m.rule()));
  pieces_.clear();
  for (const Segment& s : segments_) {
    std::size_t group = 0;
    for (std::size_t i = 0; i < method_.groups.size(); ++i)
      if (matches(method_.groups[i].pattern, s.name)) group = i + 1;
    const bool joins = !pieces_.empty() && pieces_.back().group == group && method_.clip.kind != Clip::Kind::norm;
    if (joins)
      pieces_.back().end += s.size;
    else
      pieces_.push_back({s.offset, s.offset + s.size, group});
    size_ = s.offset + s.size;
  }
}

/// No array is made for it: a schedule may change a rate at every step.
template <class T> void Optimizer<T>::set(std::string_view key, std::string_view value) {
  FirstOrder changed = method_;
  changed.set(key, value);
  changed.validate();
  const auto become = [&](const FirstOrder& method) {
    method_ = method;
    build();
    refold();
  };
  const FirstOrder before = method_;
  try {
    become(changed);
    if (slots_of(group_methods_) != state_.slots.count() || changed.averaging != before.averaging ||
        (changed.ema != 0) != (before.ema != 0))
      throw Error(text::cat(key, " = ", value, " changes what ", method_.label(),
                            " keeps for each element; make a new optimizer for it"));
  } catch (...) {
    become(before);
    throw;
  }
}

/// Folds the coefficients of the last step again, after a copy or a load.
template <class T> void Optimizer<T>::refold() {
  for (std::size_t i = 0; i < updaters_.size(); ++i) {
    std::ranges::copy(state_.groups[i].carry, updaters_[i]->carry().begin());
    if (state_.t > 0) updaters_[i]->prepare(state_.groups[i].context);
  }
}

template <class T> void Optimizer<T>::prepare(const StepInfo& info) {
  const bool needs_value = method_.info().traits.needs_value;
  if (needs_value && !info.value)
    throw Error(text::cat(method_.label(), " needs the value of f at each step: set StepInfo::value"));
  if (method_.schedule.lacks_steps())
    throw Error(text::cat("schedule ", method_.schedule.spec(), " needs steps, the length of the run"));
  const bool rose = needs_value && state_.t > 0 && *info.value > state_.previous_value;
  if (info.value) state_.previous_value = *info.value;
  ++state_.t;
  for (std::size_t i = 0; i < updaters_.size(); ++i) {
    const double base = group_methods_[i].rule().learning_rate();
    GroupState& group = state_.groups[i];
    group.context = {.t = state_.t,
                     .learning_rate = scheduled_rate(method_.schedule, state_.schedule, base, state_.t),
                     .base_learning_rate = base,
                     .value_rose = rose};
    std::ranges::copy(updaters_[i]->carry(), group.carry.begin());
    updaters_[i]->prepare(group.context);
  }
}

/// The factor of each piece's gradient, the sign of maximising apart. Returns whether anything was clipped.
template <class T> bool Optimizer<T>::clip_scales(std::span<const T> g, std::vector<double>& scales) const {
  scales.assign(pieces_.size(), 1.0);
  const Clip& clip = method_.clip;
  const auto scale = [&](double length) { return length > clip.limit ? clip.limit / length : 1.0; };
  switch (clip.kind) {
    case Clip::Kind::none:
      return false;
    case Clip::Kind::value:
      return exceeds(g, clip.limit);
    case Clip::Kind::global:
      std::ranges::fill(scales, scale(norm(g, parallel_)));
      break;
    case Clip::Kind::norm:
      for (std::size_t i = 0; i < pieces_.size(); ++i)
        scales[i] = scale(norm(g.subspan(pieces_[i].begin, pieces_[i].end - pieces_[i].begin), parallel_));
  }
  return std::ranges::any_of(scales, [](double s) { return s != 1; });
}

template <class T> Prelude<T> Optimizer<T>::prelude(std::size_t group, double scale) const {
  const FirstOrder& m = group_methods_[group];
  const StepContext& s = state_.groups[group].context;
  Prelude<T> p;
  p.scale = static_cast<T>(m.maximize ? -scale : scale);
  if (m.clip.kind == Clip::Kind::value) p.limit = static_cast<T>(m.clip.limit);
  if (!m.decoupled()) {
    p.l2 = static_cast<T>(m.weight_decay);
  } else {
    const bool by_schedule = m.decoupling == Decoupling::schedule;
    p.decay = static_cast<T>(m.weight_decay * (by_schedule ? s.learning_rate / s.base_learning_rate : s.learning_rate));
  }
  return p;
}

template <class T> StepOutcome Optimizer<T>::step(std::span<T> x, std::span<const T> g, const StepInfo& info) {
  require_size("x", x.size(), size_);
  require_size("the gradient", g.size(), size_);
  prepare(info);
  std::vector<double> scales;
  const bool clipped = clip_scales(g, scales);
  if (clipped) ++state_.clipped;
  const auto body = [&](std::size_t begin, std::size_t end) { run(begin, end, x.data(), g.data(), scales); };
  if (parallel_ && size_ >= parallel_from)
    parallel_(size_, body);
  else
    body(0, size_);
  return {.learning_rate = learning_rate(), .clipped = clipped};
}

/// Steps [begin, end), block by block where more than the rule passes over x.
template <class T>
void Optimizer<T>::run(std::size_t begin, std::size_t end, T* x, const T* g, std::span<const double> scales) {
  const bool follows = !lower_.empty() || !state_.average.empty() || !state_.moving_average.empty();
  const std::size_t stride = follows ? cache_block : size_;
  std::vector<T*> slots(state_.slots.count());
  for (std::size_t p = 0; p < pieces_.size(); ++p) {
    const Piece& piece = pieces_[p];
    const auto pre = prelude(piece.group, scales[p]);
    const std::size_t last = std::min(end, piece.end);
    for (std::size_t i = std::max(begin, piece.begin); i < last;) {
      const std::size_t n = std::min(stride, last - i);
      for (std::size_t s = 0; s < slots.size(); ++s) slots[s] = state_.slots[s].data() + i;
      if (state_.t == 1) updaters_[piece.group]->start(n, x + i, slots.data());
      updaters_[piece.group]->step(n, x + i, g + i, slots.data(), pre);
      if (follows) follow(i, i + n, x);
      i += n;
    }
  }
}

/// What comes after the rule: the box, then the averages of the iterates. Both averages begin with the first iterate.
template <class T> void Optimizer<T>::follow(std::size_t begin, std::size_t end, T* x) {
  if (!lower_.empty())
    for (std::size_t i = begin; i < end; ++i) x[i] = simd::clamp(x[i], lower_[i], upper_[i]);
  if (!state_.average.empty()) {
    const T share = static_cast<T>(1.0 / static_cast<double>(state_.t));
    for (std::size_t i = begin; i < end; ++i) state_.average[i] += share * (x[i] - state_.average[i]);
  }
  if (!state_.moving_average.empty()) {
    const T keep = static_cast<T>(state_.t == 1 ? 0 : method_.ema),
            rest = static_cast<T>(state_.t == 1 ? 1 : 1 - method_.ema);
    for (std::size_t i = begin; i < end; ++i) state_.moving_average[i] = keep * state_.moving_average[i] + rest * x[i];
  }
}

/// The rule reads them only; its interface serves the step as well.
template <class T> std::vector<T*> Optimizer<T>::slots_from(std::size_t begin) const {
  std::vector<T*> slots;
  for (std::size_t i = 0; i < state_.slots.count(); ++i)
    slots.push_back(const_cast<T*>(state_.slots[i].data()) + begin);
  return slots;
}

template <class T> void Optimizer<T>::look_ahead(std::span<const T> x, std::span<T> out) const {
  require_size("x", x.size(), size_);
  require_size("out", out.size(), size_);
  for (const Piece& piece : pieces_) {
    const auto slots = slots_from(piece.begin);
    updaters_[piece.group]->look_ahead(piece.end - piece.begin, x.data() + piece.begin, slots.data(),
                                       out.data() + piece.begin);
  }
}

template <class T> void Optimizer<T>::set_bounds(const Bounds& bounds) {
  if (!bounds.empty()) {
    require_size("the lower bound", bounds.lower.size(), size_);
    require_size("the upper bound", bounds.upper.size(), size_);
  }
  lower_.assign(bounds.lower.begin(), bounds.lower.end());
  upper_.assign(bounds.upper.begin(), bounds.upper.end());
}

template <class T> void Optimizer<T>::set_total_steps(std::int64_t steps) {
  method_.schedule.set_run_length(steps);
  for (FirstOrder& m : group_methods_) m.schedule = method_.schedule;
}

template <class T> double Optimizer<T>::learning_rate() const { return state_.groups[0].context.learning_rate; }

template <class T> std::vector<std::string_view> Optimizer<T>::slot_names() const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < state_.slots.count(); ++i) names.push_back(method_.info().slots[i].name);
  return names;
}

template <class T> std::span<const T> Optimizer<T>::slot(std::string_view name) const {
  const auto names = slot_names();
  const auto at = std::ranges::find(names, name);
  if (at == names.end())
    throw Error(text::cat(method_.label(), " keeps no '", name, "'; its slots are ", text::list(names)));
  return state_.slots[static_cast<std::size_t>(at - names.begin())];
}

template <class T> Observations Optimizer<T>::observe() const {
  Observations out;
  if (state_.t == 0) return out;
  const auto add = [&](std::string_view name, std::span<const T> v) {
    out.push_back({std::string(name), std::vector<double>(v.begin(), v.end())});
  };
  const RuleInfo& info = method_.info();
  for (std::size_t i = 0; i < state_.slots.count(); ++i) add(info.slots[i].name, state_.slots[i]);
  for (std::size_t which = 0; which < info.observed.size(); ++which) {
    std::vector<double> values(size_);
    for (const Piece& piece : pieces_) {
      const auto slots = slots_from(piece.begin);
      updaters_[piece.group]->observe(which, piece.end - piece.begin, slots.data(), values.data() + piece.begin);
    }
    out.push_back({std::string(info.observed[which]), std::move(values)});
  }
  if (std::ranges::find(info.observed, "learning_rate") == info.observed.end()) {
    Observation rate{"learning_rate", {learning_rate()}};
    if (!method_.groups.empty()) {
      rate.values.resize(size_);
      for (const Piece& piece : pieces_)
        std::fill(rate.values.begin() + std::ptrdiff_t(piece.begin), rate.values.begin() + std::ptrdiff_t(piece.end),
                  state_.groups[piece.group].context.learning_rate);
    }
    out.push_back(std::move(rate));
  }
  if (!state_.average.empty()) add("average", state_.average);
  if (!state_.moving_average.empty()) add("moving_average", state_.moving_average);
  return out;
}

template <class T> auto Optimizer<T>::treatment(std::size_t element) const -> Treatment {
  const auto piece = std::ranges::find_if(pieces_, [&](const Piece& p) { return element < p.end; });
  const GroupState& state = state_.groups[piece->group];
  return {group_methods_[piece->group], state.context, state.carry};
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace talweg
