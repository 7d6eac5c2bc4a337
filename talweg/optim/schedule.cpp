#include "talweg/optim/schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/schedule_formula.hpp"

namespace talweg {

namespace {

using Kind = Schedule::Kind;

/// In the order of Kind.
constexpr std::array cards{
    Card{.name = "constant",
         .title = "The rate of the method",
         .formula = "η",
         .guidance = {"short runs, full batches, and methods that scale their own steps", "nothing to choose",
                      "with noisy gradients the run circles a minimum at a distance set by η"}},
    Card{.name = "step",
         .title = "Smaller by a factor every so many steps",
         .formula = "η·factor^⌊k/every⌋",
         .source = "PyTorch's StepLR",
         .guidance = {"long runs whose plateaus are known: classic image networks",
                      "simple; each fall lets the loss drop to a new level", "two numbers to guess before the run"}},
    Card{.name = "exponential",
         .title = "Smaller by a factor at each step",
         .formula = "η·factor^k",
         .source = "PyTorch's ExponentialLR",
         .guidance = {"when a smooth fall is wanted and the length of the run is open", "one number, no jumps",
                      "falls so fast that a long run stops before it has arrived"}},
    Card{.name = "polynomial",
         .title = "To 0 along a power of what is left",
         .formula = "η·(1 − min(k, S)/S)^power",
         .source = "PyTorch's PolynomialLR",
         .guidance = {"runs of a known length; power 1, a straight line, for fine-tuning",
                      "ends at rate 0, so that the noise dies out", "needs the length of the run"}},
    Card{.name = "inverse_time",
         .title = "Smaller as one over time",
         .formula = "η/(1 + decay·k)",
         .source = "Robbins & Monro 1951",
         .guidance = {"streams and plain stochastic steps, for which theory asks for it",
                      "converges on noisy convex problems, without an end of the run",
                      "slow: a decay too large stalls, one too small wanders"}},
    Card{.name = "cosine",
         .title = "From the rate to min along half a cosine",
         .formula = "min + (η − min)·(1 + cos(π·min(k, S)/S))/2",
         .source = "Loshchilov & Hutter 2017, arXiv:1608.03983; PyTorch's CosineAnnealingLR",
         .guidance = {"networks over a known number of steps: the usual choice",
                      "nothing to tune but the length; long at high rates, gentle at the end",
                      "needs the length of the run; cut short, it has not settled"}},
    Card{.name = "one_cycle",
         .title = "Up, then down far below the start",
         .formula = "η/divide ↗ η over the share `rise` of S, then ↘ η/(divide·final_divide)",
         .source = "Smith & Topin 2018, arXiv:1708.07120; PyTorch's OneCycleLR",
         .guidance = {"short runs that shall get far: few epochs, high rates",
                      "its warm-up allows rates that would diverge at once",
                      "the peak has to be found; needs the length of the run"}},
    Card{.name = "warm_restarts",
         .title = "A cosine, again and again",
         .formula = "cosine over `period` steps, each `multiply` times as long as the one before",
         .source = "Loshchilov & Hutter 2017, arXiv:1608.03983; PyTorch's CosineAnnealingWarmRestarts",
         .guidance = {"long runs that may be stopped after any period",
                      "good points at the end of each period; may leave a poor valley",
                      "each restart throws the loss up again"}},
    Card{.name = "plateau",
         .title = "Smaller when the watched value stops falling",
         .formula = "max(min, η·factor^r), r: how often it stalled for more than `patience` looks",
         .source = "PyTorch's ReduceLROnPlateau",
         .guidance = {"when nobody knows how long the run must be", "looks at the run instead of the clock",
                      "noise is taken for a plateau unless patience is long; waits before each fall"}}};

constexpr auto kind_names = [] {
  std::array<std::string_view, cards.size()> names{};
  for (std::size_t i = 0; i < cards.size(); ++i) names[i] = cards[i].name;
  return names;
}();
constexpr std::string_view name(Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

/// A key of some kinds.
struct Key {
  Field<Schedule> field;
  std::vector<Kind> kinds = {};  ///< empty: all
  bool required = false;
};

const std::vector<Key>& keys() {
  using F = Field<Schedule>;
  constexpr Range count{0, 9e15}, steps{1, 9e15}, least_one{1, infinity, false, true}, share{0, 1, true};
  static const std::vector<Key> table{
      {F{"warmup", &Schedule::warmup, count, "first steps, over which the rate rises to η"}},
      {F{"steps", &Schedule::steps, steps, "of the whole run, warm-up included; given by the run where it is known"},
       {Kind::polynomial, Kind::cosine, Kind::one_cycle}},
      {F{"every", &Schedule::every, steps, "steps from one fall to the next"}, {Kind::step}, true},
      {F{"period", &Schedule::period, steps, "steps of the first period"}, {Kind::warm_restarts}, true},
      {F{"factor", &Schedule::factor, positive, "by which the rate is multiplied"}, {Kind::step}},
      {F{"factor", &Schedule::factor, positive, "by which the rate is multiplied"}, {Kind::exponential}, true},
      {F{"factor", &Schedule::factor, share, "by which the rate is multiplied"}, {Kind::plateau}},
      {F{"power", &Schedule::power, positive, "of the share of the run that is left"}, {Kind::polynomial}},
      {F{"decay", &Schedule::decay, positive, "per step"}, {Kind::inverse_time}, true},
      {F{"min", &Schedule::min, non_negative, "the lowest rate"}, {Kind::cosine, Kind::warm_restarts, Kind::plateau}},
      {F{"multiply", &Schedule::multiply, least_one, "length of a period over that of the one before"},
       {Kind::warm_restarts}},
      {F{"rise", &Schedule::rise, share, "share of the run in which the rate rises"}, {Kind::one_cycle}},
      {F{"divide", &Schedule::divide, least_one, "η over the first rate"}, {Kind::one_cycle}},
      {F{"final_divide", &Schedule::final_divide, least_one, "the first rate over the last"}, {Kind::one_cycle}},
      {F{"patience", &Schedule::patience, count, "looks without a fall that are borne"}, {Kind::plateau}},
      {F{"threshold", &Schedule::threshold, unit_interval, "relative fall that counts"}, {Kind::plateau}},
      {F{"cooldown", &Schedule::cooldown, count, "looks after a fall of the rate that do not count"}, {Kind::plateau}},
  };
  return table;
}

bool reads(const Key& key, Kind kind) {
  return key.kinds.empty() || std::ranges::find(key.kinds, kind) != key.kinds.end();
}

std::vector<std::string_view> keys_of(Kind kind) {
  std::vector<std::string_view> names;
  for (const Key& key : keys())
    if (reads(key, kind)) names.push_back(key.field.name);
  return names;
}

std::string range_text(const Range& range) {
  return range.high < 9e15 ? describe(range)
                           : text::cat(range.low_open ? "above " : "at least ", text::brief(range.low));
}

[[noreturn]] void refuse(Kind kind, const Field<Schedule>& field, std::string_view value) {
  throw Error(text::cat("schedule ", name(kind), ": ", field.name, " = ", value, " must be a ",
                        field.kind() == FieldKind::whole ? "whole " : "", "number ", range_text(field.range)));
}

bool needs_steps(Kind kind) { return kind == Kind::polynomial || kind == Kind::cosine || kind == Kind::one_cycle; }

void require_longer_than_warmup(const Schedule& s, std::int64_t steps) {
  if (steps <= s.warmup)
    throw Error(text::cat("schedule ", name(s.kind), ": steps = ", steps,
                          " counts the whole run and must be above warmup = ", s.warmup));
}

}  // namespace

Schedule Schedule::parse(std::string_view text) {
  const Spec spec = Spec::read(text);
  const auto known_kind = std::ranges::find(kind_names, spec.head);
  if (known_kind == kind_names.end())
    throw Error(text::cat("schedule '", spec.head, "' is not known; ", near_names(spec.head, kind_names),
                          "the kinds are ", text::list(kind_names)));
  Schedule s;
  s.kind = static_cast<Kind>(known_kind - kind_names.begin());
  const std::string who = text::cat("schedule ", spec.head);
  std::vector<std::string_view> given;
  for (const Spec::Piece& piece : spec.pieces) {
    require_option(who, piece);
    const auto key = std::ranges::find_if(
        keys(), [&](const Key& candidate) { return candidate.field.name == piece.key && reads(candidate, s.kind); });
    if (key == keys().end()) refuse_key(who, piece.key, keys_of(s.kind));
    take_once(who, piece.key, given);
    if (!key->field.read(s, piece.value).empty()) refuse(s.kind, key->field, text::cat("'", piece.value, "'"));
  }
  for (const Key& key : keys())
    if (key.required && reads(key, s.kind) && std::ranges::find(given, key.field.name) == given.end())
      throw Error(
          text::cat("schedule ", spec.head, " needs ", key.field.name, ", a number ", range_text(key.field.range)));
  if (s.steps > 0) require_longer_than_warmup(s, s.steps);
  return s;
}

void Schedule::validate() const {
  for (const Key& key : keys()) {
    if (!reads(key, kind)) continue;
    if (key.field.name == "steps" && steps == 0) continue;  // not given
    const double value = key.field.get(*this);
    if (!key.field.range.contains(value)) refuse(kind, key.field, text::number(value));
  }
  if (needs_steps(kind) && steps > 0) require_longer_than_warmup(*this, steps);
}

std::vector<ItemInfo> Schedule::items() {
  std::vector<ItemInfo> out;
  for (std::size_t i = 0; i < cards.size(); ++i) {
    ItemInfo item{.card = cards[i]};
    for (const Key& key : keys()) {
      if (!reads(key, static_cast<Kind>(i))) continue;
      item.fields.push_back(key.field.info(Schedule{}));
      if (key.required || key.field.name == "steps") item.fields.back().default_value.clear();
    }
    out.push_back(std::move(item));
  }
  return out;
}

void Schedule::set_run_length(std::int64_t total) {
  if (!lacks_steps()) return;
  require_longer_than_warmup(*this, total);
  steps = total;
}

std::span<const std::string_view> Schedule::kinds() { return kind_names; }

std::string Schedule::spec() const {
  SpecWriter out(name(kind));
  const Schedule unset;
  for (const Key& key : keys()) {
    const bool whole = key.field.kind() == FieldKind::whole;
    if (reads(key, kind) && (!whole || key.field.get(*this) != 0 || key.field.get(unset) != 0))
      out.option(key.field.name, key.field.write(*this));
  }
  return out.take();
}

bool Schedule::lacks_steps() const { return steps == 0 && needs_steps(kind); }

double scheduled_rate(const Schedule& s, const ScheduleState& state, double rate, std::int64_t t) {
  const double by_step = detail::schedule_formula(s, rate, t, [](std::string_view, double value) { return value; });
  if (s.kind != Kind::plateau) return by_step;
  return t <= s.warmup ? by_step * state.factor : std::max(std::min(s.min, rate), rate * state.factor);
}

void ScheduleState::watch(const Schedule& s, double value) {
  if (s.kind != Kind::plateau) return;
  // Relative to the size of the best: a loss below 0 must fall by as much as one above.
  if (value < (best >= 0 ? best * (1 - s.threshold) : best * (1 + s.threshold))) {
    best = value;
    bad = 0;
  } else {
    ++bad;
  }
  if (cooling > 0) {
    --cooling;
    bad = 0;
  }
  if (bad > s.patience) {
    factor *= s.factor;
    cooling = s.cooldown;
    bad = 0;
  }
}

}  // namespace talweg
