#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/explain/rule.hpp"
#include "talweg/explain/step.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/simd/select.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// The optimizer before the step, the same after it, and the gradient that the step was made from.
class Explainer {
 public:
  explicit Explainer(const StepView& view)
      : view_(view),
        before_(*part_of<Optimizer<double>>(view.before)),
        after_(*part_of<Optimizer<double>>(view.after)),
        method_(before_.method()),
        ahead_(view.before.at().x) {
    gradient_ = view.before.at().g;
    if (!before_.looks_ahead()) return;
    before_.look_ahead(view.before.at().x, ahead_);
    view.problem.options.bounds.project(ahead_);
    gradient_at_ahead();
  }

  std::vector<Section> sections() {
    std::vector<Section> out;
    rate_section(out);
    clip_section(out);
    std::vector<Section> elements;
    for (std::size_t i = 0; i < view_.size(); ++i) elements.push_back(element(i));
    for (Section& s : coefficients_) out.push_back(std::move(s));
    for (Section& s : elements) out.push_back(std::move(s));
    return out;
  }

 private:
  void gradient_at_ahead() {
    const double sign = view_.problem.options.maximize ? -1 : 1;
    view_.problem.function(ahead_, gradient_);
    for (double& g : gradient_) g *= sign;
  }

  void rate_section(std::vector<Section>& out) const {
    if (!method_.schedule.changes_rate()) return;
    const auto treatment = after_.treatment(0);
    out.push_back({"Learning rate", explain_schedule(method_.schedule, treatment.context.base_learning_rate,
                                                     treatment.context.learning_rate, view_.t)});
  }

  /// The piece of the gradient whose norm counts for element i.
  std::pair<std::size_t, std::size_t> clip_range(std::size_t i) const {
    if (method_.clip.kind == Clip::Kind::norm)
      for (const Segment& s : before_.segments())
        if (i < s.offset + s.size) return {s.offset, s.size};
    return {0, view_.size()};
  }

  double clip_factor(std::size_t i) const {
    if (method_.clip.kind != Clip::Kind::norm && method_.clip.kind != Clip::Kind::global) return 1;
    const auto [from, count] = clip_range(i);
    const double length = norm(std::span<const double>(gradient_).subspan(from, count));
    return length > method_.clip.limit ? method_.clip.limit / length : 1;
  }

  void clip_section(std::vector<Section>& out) const {
    if (method_.clip.kind == Clip::Kind::none || method_.clip.kind == Clip::Kind::value) return;
    Section section{"Clipping", {}};
    for (std::size_t i = 0; i < view_.size();) {
      const auto [from, count] = clip_range(i);
      const double length = norm(std::span<const double>(gradient_).subspan(from, count));
      section.blocks.emplace_back(cat("the norm of ", count == view_.size() ? "the gradient" : view_.name(i), " is ",
                                      length, length > method_.clip.limit ? ", above" : ", within", " the limit ",
                                      method_.clip.limit));
      if (length > method_.clip.limit) {
        Sheet sheet;
        const Traced limit = Traced::symbol(sheet, "limit", method_.clip.limit);
        Traced::define(sheet, symbol("clip"), limit / Traced::symbol(sheet, "‖g‖", length));
        for (Block& b : sheet.take()) section.blocks.push_back(std::move(b));
      }
      i = from + count;
    }
    out.push_back(std::move(section));
  }

  Traced gradient_line(Sheet& sheet, const Optimizer<double>::Treatment& how, std::size_t i, const Traced& x) const {
    const bool uphill = view_.problem.options.maximize;
    const std::string where = before_.looks_ahead() ? "at the look-ahead point" : cat("at ", view_.old_x(i).plain);
    const Text final = indexed("g", view_.t), raw = symbol(cat("∂f/∂", view_.name(i)));
    const double slope = uphill ? -gradient_[i] : gradient_[i];
    const double factor = clip_factor(i);
    const bool by_value = method_.clip.kind == Clip::Kind::value;
    const bool l2 = !how.method.decoupled() && how.method.weight_decay != 0;
    if (!uphill && factor == 1 && !by_value && !l2) {
      sheet.given(final, slope, cat(raw.plain, " ", where));
      return Traced::symbol(sheet, final, slope);
    }
    Traced g(sheet, sheet.given(raw, slope, where));
    if (uphill) g = -g;
    if (factor != 1) g = Traced::symbol(sheet, "clip", factor) * g;
    if (by_value) g = simd::clamp(g, Traced(-method_.clip.limit), Traced(method_.clip.limit));
    if (l2) {
      const Traced lambda = Traced::symbol(sheet, "λ", how.method.weight_decay);
      g = g + lambda * x;
    }
    std::string note = l2 ? "L2 decay adds λ times x" : uphill ? "uphill: the sign is turned" : "";
    if (factor != 1 || by_value) note += note.empty() ? "clipped" : ", after clipping";
    return Traced::define(sheet, final, g, std::move(note));
  }

  Section element(std::size_t i) {
    const auto how = after_.treatment(i);
    Sheet sheet;
    const double at = view_.before.at().x[i];
    std::vector<double> slots;
    for (const auto name : before_.slot_names()) slots.push_back(before_.slot(name)[i]);
    const Element e{how.method.rule(), how.context, how.carry, slots, at};

    const Traced old(sheet, sheet.given(view_.old_x(i), at, "before the step"));
    Traced x = old, measured = old;
    if (before_.looks_ahead()) {
      Traced a = look_ahead(e, sheet, old);
      if (a.value() != ahead_[i]) a = project(a, view_.problem.options.bounds, i);
      measured = Traced::define(sheet, indexed(cat(view_.name(i), "\xCC\x83"), view_.t - 1), a,
                                "where the velocity is about to lead");
    }
    const Traced g = gradient_line(sheet, how, i, measured);
    if (how.method.decoupled() && how.method.weight_decay != 0) x = decay(sheet, how, i, x);
    const RuleTrace trace = run_rule(e, sheet, x, g);
    keep_coefficients(how, trace);
    const Traced next = arrive(sheet, i, x, trace.x);
    averages(sheet, i, next);
    return {view_.name(i), sheet.take()};
  }

  /// Decoupled weight decay, before the rule.
  Traced decay(Sheet& sheet, const Optimizer<double>::Treatment& how, std::size_t i, const Traced& x) const {
    const StepContext& c = how.context;
    const Traced lambda = Traced::symbol(sheet, "λ", how.method.weight_decay);
    const Traced rate = Traced::symbol(sheet, "η", c.learning_rate);
    const Traced share =
        how.method.decoupling == Decoupling::schedule
            ? lambda * Traced::define(sheet, symbol("η/η0"), rate / Traced::symbol(sheet, "η0", c.base_learning_rate))
            : lambda * rate;
    const Traced d = Traced::define(sheet, symbol("decay"), share);
    return Traced::define(sheet, symbol(cat(view_.old_x(i).plain, "′")), x - d * x, "decoupled weight decay");
  }

  /// Δx and the new x, and the box.
  Traced arrive(Sheet& sheet, std::size_t i, const Traced& x, const Traced& expression) const {
    const Bounds& box = view_.problem.options.bounds;
    const Text change = symbol(cat("Δ", view_.name(i)));
    const Text free = box.empty() ? view_.new_x(i) : symbol(cat(view_.new_x(i).plain, "′"));
    const Sheet::Id id = expression.on(sheet);
    Traced next;
    const bool moved = (sheet.op(id) == Op::subtract || sheet.op(id) == Op::add) && sheet.left(id) == x.on(sheet);
    if (moved) {
      const Traced by(sheet, sheet.right(id));
      const Traced delta = sheet.op(id) == Op::subtract ? -by : by;
      const Traced d = Traced::define(sheet, change, delta);
      next = Traced::define(sheet, free, x + d);
    } else {
      next = Traced::define(sheet, free, expression);
      Traced::define(sheet, change, next - x);
    }
    if (box.empty()) return next;
    return Traced::define(sheet, view_.new_x(i), project(next, box, i),
                          cat("kept within [", box.lower[i], ", ", box.upper[i], "]"));
  }

  void averages(Sheet& sheet, std::size_t i, const Traced& x) const {
    if (!before_.average().empty()) {
      const Traced mean = Traced::symbol(sheet, indexed("mean", view_.t - 1), before_.average()[i]);
      const Traced share =
          Traced::define(sheet, symbol("1/t"), Traced(1) / Traced::symbol(sheet, "t", double(view_.t)));
      Traced::define(sheet, indexed("mean", view_.t), mean + share * (x - mean), "Polyak-Ruppert average");
    }
    if (!before_.moving_average().empty()) {
      const double keep = view_.t == 1 ? 0 : method_.ema, rest = view_.t == 1 ? 1 : 1 - method_.ema;
      const Traced mean = Traced::symbol(sheet, indexed("ema", view_.t - 1), before_.moving_average()[i]);
      Traced::define(sheet, indexed("ema", view_.t),
                     Traced::symbol(sheet, "ema", keep) * mean + Traced::symbol(sheet, "(1−ema)", rest) * x,
                     "moving average of x");
    }
  }

  /// The coefficients once for each group.
  void keep_coefficients(const Optimizer<double>::Treatment& how, const RuleTrace& trace) {
    if (std::ranges::find(shown_, &how.method) != shown_.end() || trace.coefficients.empty()) return;
    shown_.push_back(&how.method);
    const std::string title =
        method_.groups.empty() ? std::string("Coefficients of this step") : cat("Coefficients of ", how.method.spec());
    coefficients_.push_back({title, trace.coefficients});
  }

  const StepView& view_;
  const Optimizer<double>&before_, &after_;
  const FirstOrder& method_;
  std::vector<double> ahead_, gradient_;
  std::vector<Section> coefficients_;
  std::vector<const FirstOrder*> shown_;
};

}  // namespace

Traced project(const Traced& x, const Bounds& bounds, std::size_t i) {
  if (bounds.empty()) return x;
  return simd::clamp(x, Traced(bounds.lower[i]), Traced(bounds.upper[i]));
}

std::vector<Section> explain_first_order(const StepView& view) { return Explainer(view).sections(); }

}  // namespace talweg::explain
