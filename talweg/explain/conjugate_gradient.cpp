#include "talweg/optim/deterministic/conjugate_gradient.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/explain/deterministic.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// β by its formula, from what the method knows before it turns; z is g, or Hg with a preconditioner.
class Share {
 public:
  Share(const StepView& view, const ConjugateGradient& m, const ConjugateGradient::State& s, Sheet& sheet)
      : m_(m), sheet_(sheet) {
    const double unit = s.pairs.unit;
    g_ = gradient(sheet, view, unit);
    const vectors::PairSums& last = s.pairs.last;
    const bool by_h = m.memory > 0;
    const double weight = by_h ? s.pairs.weight[s.pairs.newest] : 1;
    if (!by_h) {
      const Traced norm = Traced::define(sheet, symbol("‖g‖"), sqrt(dot(g_, g_)));
      gg_ = Traced::define(sheet, symbol("gᵀg"), norm * norm);
    }
    size_ = given(by_h ? "gᵀHg before" : "gᵀg before", s.size);
    zy_ = by_h ? Traced::define(sheet, symbol("gᵀHy"), value("sᵀg", last.sg) / value("w", weight))
               : given("gᵀy", last.yg);
    yy_ = by_h ? Traced::define(sheet, symbol("yᵀHy"), value("sᵀy", last.sy) / value("w", weight))
               : given("yᵀy", last.yy);
    dy_ = Traced::define(sheet, symbol("dᵀy"), value("sᵀy", last.sy) / value("a", s.path.step_length));
    dg_ = given("dᵀg", unit * s.path.end_slope, "the slope at the end of the last step");
    old_dg_ = unit * s.path.start_slope;
    dd_ = by_h ? s.bend : s.model.dd;
  }

  const Vector& g() const { return g_; }
  double gg() const { return gg_.value(); }
  double zy() const { return zy_.value(); }
  Traced beta() {
    switch (m_.beta) {
      case Beta::fletcher_reeves:
        return line(gg_ / size_);
      case Beta::polak_ribiere:
        return line(largest(Traced(0), zy_ / size_));
      case Beta::hestenes_stiefel:
        return line(largest(Traced(0), zy_ / dy_));
      case Beta::dai_yuan:
        return line(gg_ / dy_);
      case Beta::hager_zhang:
        break;
    }
    Traced floor(0);
    if (dd_ > 0)
      floor = Traced::define(
          sheet_, symbol("floor"),
          Traced::symbol(sheet_, "η", 0.4) * given("dᵀg before", old_dg_) / given(m_.memory > 0 ? "dᵀBd" : "dᵀd", dd_));
    return line(largest((zy_ - Traced(2) * yy_ * (dg_ / dy_)) / dy_, floor));
  }

 private:
  Traced value(std::string_view name, double v) { return Traced::symbol(sheet_, name, v); }
  Traced given(std::string_view name, double v, std::string note = "") {
    return {sheet_, sheet_.given(symbol(name), v, std::move(note))};
  }
  static Traced largest(const Traced& a, const Traced& b) { return Traced::binary(Op::max, a, b); }
  Traced line(const Traced& e) {
    return Traced::define(sheet_, symbol("β"), e, std::string(ConjugateGradient::variants[m_.variant()].name));
  }

  const ConjugateGradient& m_;
  Sheet& sheet_;
  Vector g_;
  Traced gg_, size_, zy_, yy_, dy_, dg_;
  double old_dg_, dd_;
};

/// Why the engine did not use the β of its formula. zg = z'g⁺ and zy = z'y as `Share` names them.
std::string why_anew(const ConjugateGradient& m, const ConjugateGradient::State& s, double zg, double zy) {
  if (m.restart > 0 && std::abs(zg - zy) > m.restart * zg)
    return m.memory > 0 ? cat("Powell's test: |gᵀHg⁺| exceeds ", m.restart, " of g⁺ᵀHg⁺, so the directions begin anew")
                        : cat("Powell's test: |gᵀg⁺| exceeds ", m.restart, " of ‖g⁺‖², so the directions begin anew");
  if (s.since_restart >= std::max<std::int64_t>(50, static_cast<std::int64_t>(s.path.at.x.size())))
    return cat(s.since_restart, " steps since the last beginning: the directions begin anew");
  return "the direction would not lead downhill: the directions begin anew";
}

}  // namespace

std::vector<Section> explain_conjugate_gradient(const StepView& view) {
  using State = ConjugateGradient::State;
  const auto& m = *part_of<ConjugateGradient>(view.before);
  const State &before = *part_of<State>(view.before), &after = *part_of<State>(view.after);
  const auto& at = view.before.at();
  std::vector<Section> out;
  Sheet sheet;
  const auto& path = after.path;
  bool shown = false;
  if (before.pairs.size > 0) {
    Share share(view, m, before, sheet);
    Traced beta = share.beta();
    std::vector<double> preconditioned(view.size());
    double zg = share.gg();
    if (m.memory > 0)
      zg = -before.pairs.unit * before.pairs.direction(before.pairs.initial_scale(), at.g, preconditioned);
    if (beta.value() != after.beta && !path.fell_back) {
      sheet.say(why_anew(m, before, zg, share.zy()));
      beta = Traced(sheet, sheet.given(symbol("β"), after.beta));
    }
    const Vector z = m.memory > 0 ? named(sheet, view, "−Hg", preconditioned) : Vector{};
    if (m.memory > 0)
      for (std::size_t i = 0; i < view.size(); ++i)
        sheet.given(component(view, "−Hg", i), preconditioned[i], i == 0 ? "the L-BFGS direction of the pairs" : "");
    const Vector d = named(sheet, view, "d before", before.path.direction);
    shown = true;
    for (std::size_t i = 0; i < view.size(); ++i) {
      const Traced e = (m.memory > 0 ? z[i] : -share.g()[i]) + beta * d[i];
      if (e.value() != path.direction[i]) shown = false;
      Traced::define(sheet, component(view, "d", i), e);
    }
  }
  if (!shown) {
    bool steepest = true;
    for (std::size_t i = 0; i < view.size(); ++i) steepest = steepest && path.direction[i] == -path.unit * at.g[i];
    sheet.say(before.pairs.size == 0 ? "the first direction is steepest descent"
              : !path.fell_back      ? "it does not lead downhill: the pairs are dropped, and steepest descent is taken"
              : steepest             ? "the search along it fails: steepest descent"
                                     : "the search along it ends: the L-BFGS direction of the pairs at hand is tried");
    if (steepest)
      steepest_lines(sheet, view, path.unit);
    else
      for (std::size_t i = 0; i < view.size(); ++i) sheet.given(component(view, "d", i), path.direction[i]);
  }
  out.push_back({"Direction", sheet.take()});
  search_sections(view, {m.line_search, m.decrease, m.curvature}, path.step_length, out);
  arrival_sections(view, path, out);
  return out;
}

}  // namespace talweg::explain
