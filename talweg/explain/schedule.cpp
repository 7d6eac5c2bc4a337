#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/explain/formula_sheet.hpp"
#include "talweg/explain/step.hpp"

namespace talweg::explain {

namespace {

using Kind = Schedule::Kind;

/// The formulas of schedule.hpp, line by line, over numbers with names.
class Lines {
 public:
  void set(std::string_view name, std::string_view symbol, double value) {
    names_.emplace_back(name);
    ids_.push_back(sheet_.symbol(explain::symbol(symbol), value));
  }
  double define(std::string_view name, std::string_view symbol, std::string_view formula) {
    const Sheet::Id id = put(sheet_, formula::parse(formula, names_), ids_);
    const double value = sheet_.value(id);
    ids_.push_back(sheet_.define(explain::symbol(symbol), id));
    names_.emplace_back(name);
    return value;
  }
  std::vector<Block> take() { return sheet_.take(); }

 private:
  Sheet sheet_;
  std::vector<std::string> names_;
  std::vector<Sheet::Id> ids_;
};

constexpr std::string_view cosine = "low + (high - low)*(1 + cos(pi*share))/2";

/// The name of the rate of this step: what the last line defines.
constexpr std::string_view name = "eta", symbol_of_rate = "η";

double lines_of(Lines& l, const Schedule& s, double base, std::int64_t t) {
  const double k = double(t - 1 - s.warmup), length = double(s.steps - s.warmup);
  l.set("base", "η0", base);
  l.set("t", "t", double(t));
  l.set("k", "k", k);
  const auto last = [&](std::string_view formula) { return l.define(name, symbol_of_rate, formula); };
  const auto set_length = [&] { l.set("length", "S", length); };
  const auto range = [&](double low) {
    l.set("low", "ηmin", low);
    l.set("high", "η0", base);
  };
  if (t <= s.warmup) {
    l.set("warmup", "warmup", double(s.warmup));
    return last("base*t/warmup");
  }
  switch (s.kind) {
    case Kind::constant:
    case Kind::plateau:
      break;
    case Kind::step:
      l.set("factor", "factor", s.factor);
      l.set("m", "m", std::floor(k / double(s.every)));
      return last("base*factor^m");
    case Kind::exponential:
      l.set("factor", "factor", s.factor);
      return last("base*factor^k");
    case Kind::polynomial:
      set_length();
      l.set("power", "power", s.power);
      return last("base*(1 - min(k, length)/length)^power");
    case Kind::inverse_time:
      l.set("decay", "decay", s.decay);
      return last("base/(1 + decay*k)");
    case Kind::cosine:
      set_length();
      range(s.min);
      l.define("share", "share", "min(k, length)/length");
      return last(cosine);
    case Kind::one_cycle: {
      set_length();
      l.set("rise", "rise", s.rise);
      l.set("divide", "divide", s.divide);
      l.set("final", "final_divide", s.final_divide);
      l.define("start", "ηstart", "base/divide");
      const double top = l.define("top", "top", "rise*length - 1");
      if (k <= top) {
        l.define("share", "share", "k/top");
        return last("start + (base - start)*(1 + cos(pi*share))/2");
      }
      l.define("low", "ηend", "start/final");
      l.define("share", "share", "min(1, (k - top)/(length - 1 - top))");
      return last("low + (base - low)*(1 + cos(pi*share))/2");
    }
    case Kind::warm_restarts: {
      double period = double(s.period), since = k;
      for (; since >= period; period *= s.multiply) since -= period;
      l.set("since", "k", since);
      l.set("period", "period", period);
      range(s.min);
      l.define("share", "share", "since/period");
      return last(cosine);
    }
  }
  return std::nan("");
}

}  // namespace

std::vector<Block> explain_schedule(const Schedule& s, double base, double rate, std::int64_t t) {
  Lines lines;
  const double value = lines_of(lines, s, base, t);
  std::vector<Block> out;
  out.emplace_back(text::cat("schedule ", s.spec(), "; k = t − 1 − warmup = ", t - 1 - s.warmup,
                             " counts the steps after the warm-up"));
  if (value == rate) {
    const auto equations = lines.take();
    out.insert(out.end(), equations.begin(), equations.end());
  } else {
    out.emplace_back(Equation{symbol(symbol_of_rate), {}, {}, rate, "of this step"});
  }
  return out;
}

}  // namespace talweg::explain
