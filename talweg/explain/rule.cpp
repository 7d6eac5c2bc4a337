#include "talweg/explain/rule.hpp"

#include <array>
#include <cassert>
#include <cstring>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/formula_sheet.hpp"
#include "talweg/optim/first_order/all.hpp"
#include "talweg/optim/first_order/engine.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// What the formulas of coefficients may name, each with its place on a sheet.
struct Names {
  std::vector<std::string> names;
  std::vector<Sheet::Id> ids;
  std::vector<double> values;

  void set(Sheet& sheet, std::string_view name, std::string_view symbol, double value) {
    names.emplace_back(name);
    ids.push_back(sheet.symbol(explain::symbol(symbol), value));
    values.push_back(value);
  }
  /// A name that is given again means the new number.
  void replace(std::string_view name, Sheet::Id id, double value) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == name) {
        ids[i] = id;
        values[i] = value;
        return;
      }
    names.emplace_back(name);
    ids.push_back(id);
    values.push_back(value);
  }
};

Names names_of(Sheet& sheet, const Element& e, std::span<const std::string_view> carried) {
  Names out;
  const auto& params = e.rule.info().fields;
  bool has_rate = false;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const bool rate = params[i].name == "learning_rate";
    has_rate = has_rate || rate;
    out.set(sheet, params[i].name, parameter_symbol(params[i].name), rate ? e.context.learning_rate : e.rule.get(i));
  }
  if (!has_rate) out.set(sheet, "learning_rate", "α", e.context.learning_rate);
  out.set(sheet, "t", "t", double(e.context.t));
  out.set(sheet, "value_rose", "rose", e.context.value_rose ? 1 : 0);
  for (std::size_t i = 0; i < carried.size(); ++i)
    out.set(sheet, carried[i], cat(carried[i] == "product" ? "Πμ" : carried[i], "′"), e.carry[i]);
  return out;
}

/// Names the members of a Step, and writes how they were folded.
class Folding {
 public:
  Folding(const Element& e, std::span<const std::string_view> carried) : names_(names_of(lines_, e, carried)) {}

  /// `members` are those of a Step, in the order of its coefficients.
  void name(std::span<const Coefficient> coefficients, Traced* members, Sheet& sheet) {
    for (const Coefficient& c : coefficients) add(c, c.member ? members++ : nullptr, sheet);
  }

  void add(const Coefficient& c, Traced* member, Sheet& sheet) {
    const formula::Formula f = formula::parse(c.formula, names_.names);
    const Sheet::Id folded = put(lines_, f, names_.ids);
    const double value = member ? member->value() : lines_.value(folded);
    if (member) *member = Traced::symbol(sheet, c.symbol, value);
    const bool plain = lines_.op(folded) == Op::symbol;
    const bool same_bits = lines_.value(folded) == value;
    entries_.push_back({c, folded, value, plain, same_bits, member ? member->on(sheet) : -1});
    if (!c.name.empty()) names_.replace(c.name, lines_.symbol(symbol(c.symbol), value), value);
  }

  /// The lines of the coefficients that `sheet` and the new x use, and of those that only serve them.
  std::vector<Block> blocks(const Sheet& sheet, Sheet::Id x) {
    std::vector<bool> wanted(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i)
      wanted[i] = entries_[i].on_sheet >= 0 &&
                  (sheet.shows(entries_[i].on_sheet) || sheet.uses(x, entries_[i].on_sheet)) && !entries_[i].plain;
    bool helpers = false;  // one that a wanted formula names
    for (std::size_t i = entries_.size(); i-- > 0;) {
      if (wanted[i] && entries_[i].same_bits) helpers = true;
      if (entries_[i].on_sheet < 0) wanted[i] = helpers && mentioned(entries_[i].c.name, wanted);
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& e = entries_[i];
      if (!wanted[i] || (e.c.symbol.starts_with("η") && lines_.value(names_.ids[0]) == e.value)) continue;
      if (e.same_bits)
        lines_.define(symbol(e.c.symbol), e.folded);
      else
        lines_.given(symbol(e.c.symbol), e.value);
    }
    return lines_.take();
  }

 private:
  struct Entry {
    Coefficient c;
    Sheet::Id folded;
    double value;
    bool plain, same_bits;
    Sheet::Id on_sheet;
  };

  bool mentioned(std::string_view name, const std::vector<bool>& wanted) const {
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (wanted[i] && entries_[i].c.formula.find(name) != std::string_view::npos) return true;
    return false;
  }

  Sheet lines_;
  Names names_;
  std::vector<Entry> entries_;
};

template <class Rule> std::span<const std::string_view> carried_names() {
  if constexpr (requires { Rule::Carry::names.size(); })
    return Rule::Carry::names;
  else
    return {};
}

template <class Rule> Rule rule_of(const AnyRule& any) {
  Rule rule;
  for (std::size_t i = 0; i < Rule::params.size(); ++i) Rule::params[i].set(rule, any.get(i));
  return rule;
}

template <class Rule> auto step_of(const Rule& rule, const Element& e) {
  using Step = typename Rule::template Step<Traced>;
  if constexpr (requires { typename Rule::Carry; }) {
    typename Rule::Carry carry;
    assert(e.carry.size_bytes() == sizeof carry);
    std::memcpy(static_cast<void*>(&carry), e.carry.data(), sizeof carry);
    return Step(rule, e.context, carry);
  } else {
    return Step(rule, e.context);
  }
}

template <class Rule> double slot_before(const Rule& rule, const Element& e, std::size_t slot) {
  if constexpr (requires { rule.template start<double>(slot, 0.0); })
    if (e.context.t == 1) return rule.template start<double>(slot, e.x);
  return e.slots[slot];
}

/// What a derived number is called; those of Adam have symbols of their own.
Text observed_symbol(std::string_view name, std::int64_t t) {
  if (name == "corrected_first_moment") return indexed("m\xCC\x82", t);
  if (name == "corrected_second_moment") return indexed("v\xCC\x82", t);
  if (name == "learning_rate") return symbol("rate");
  return symbol(name);
}

// What does not depend on the type of the rule is compiled once.

void begin_slots(std::span<const Slot> info, std::span<const double> before, std::int64_t t, Sheet& sheet,
                 std::span<Traced> slots) {
  for (std::size_t i = 0; i < slots.size(); ++i)
    slots[i].become_variable(sheet, indexed(info[i].symbol, t - 1), indexed(info[i].symbol, t), before[i]);
}

void name_derived(std::span<const std::string_view> names, std::span<const Traced> derived, std::int64_t t,
                  Sheet& sheet, RuleTrace& out) {
  for (std::size_t k = 0; k < derived.size(); ++k) {
    const bool rate = names[k] == "learning_rate";
    if (rate) out.rate = derived[k].value();
    sheet.name_part(observed_symbol(names[k], t), derived[k].on(sheet), rate ? "the effective rate" : "");
  }
}

void finish(Folding& folding, Sheet& sheet, std::span<const Traced> slots, RuleTrace& out) {
  for (const Traced& s : slots) out.slots.push_back(s.value());
  out.coefficients = folding.blocks(sheet, out.x.on(sheet));
}

template <class Rule> struct Runner {
  template <std::size_t... I>
  static RuleTrace run(const Element& e, Sheet& sheet, const Traced& x_in, const Traced& g, std::index_sequence<I...>) {
    const Rule rule = rule_of<Rule>(e.rule);
    auto step = step_of(rule, e);
    using Step = decltype(step);
    static_assert(
        requires { Step::coefficients.size(); },
        "give Step its coefficients, so that it can be explained: Coefficient in rule.hpp");
    constexpr std::size_t members = [] {
      std::size_t n = 0;
      for (const Coefficient& c : Step::coefficients) n += c.member;
      return n;
    }();
    static_assert(sizeof(Step) >= members * sizeof(Traced) && sizeof(Step) < (members + 1) * sizeof(Traced),
                  "coefficients names the members of Step in their order");
    Folding folding(e, carried_names<Rule>());
    folding.name(Step::coefficients, reinterpret_cast<Traced*>(&step), sheet);
    const std::int64_t t = e.context.t;
    const std::array<double, sizeof...(I)> before{slot_before(rule, e, I)...};
    std::array<Traced, sizeof...(I)> slots;
    begin_slots(Rule::slots, before, t, sheet, slots);
    RuleTrace out;
    out.x = x_in;
    step(out.x, g, slots[I]...);
    if constexpr (requires { Rule::observed.size(); })
      name_derived(Rule::observed, step.observe(slots[I]...), t, sheet, out);
    finish(folding, sheet, slots, out);
    return out;
  }

  static RuleTrace any(const Element& e, Sheet& sheet, const Traced& x, const Traced& g) {
    return pick(e, sheet, x, g, std::make_index_sequence<Rule::slots.size() + 1>{});
  }
  /// The overload of Step for the number of slots in use.
  template <std::size_t... N>
  static RuleTrace pick(const Element& e, Sheet& sheet, const Traced& x, const Traced& g, std::index_sequence<N...>) {
    RuleTrace out;
    const auto with = [&]<std::size_t... I>(std::index_sequence<I...> ids) {
      using Step = typename Rule::template Step<Traced>;
      if constexpr (std::invocable<const Step&, Traced&, Traced, decltype((void)I, std::declval<Traced&>())...>)
        out = run(e, sheet, x, g, ids);
    };
    (void)((N == e.rule.active_slots() ? (with(std::make_index_sequence<N>{}), true) : false) || ...);
    return out;
  }

  static Traced ahead(const Element& e, Sheet& sheet, const Traced& x) {
    const Rule rule = rule_of<Rule>(e.rule);
    for (std::size_t i = 0; i < Rule::params.size(); ++i)
      if (e.rule.get(i) != 0 && e.rule.get(i) != 1)
        sheet.call_numbers(e.rule.get(i), symbol(parameter_symbol(Rule::params[i].name)));
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (requires { rule.template look_ahead<Traced>(x, (void(I), x)...); }) {
        const std::array<Traced, sizeof...(I)> slots{
            Traced(sheet, sheet.symbol(indexed(Rule::slots[I].symbol, e.context.t - 1), slot_before(rule, e, I)))...};
        return rule.template look_ahead<Traced>(x, slots[I]...);
      } else {
        return x;
      }
    }
    (std::make_index_sequence<Rule::slots.size()>{});
  }
};

struct Entry {
  std::string_view name, variant;
  RuleTrace (*run)(const Element&, Sheet&, const Traced&, const Traced&);
  Traced (*ahead)(const Element&, Sheet&, const Traced&);
};

template <class... R> const Entry& find(const Card& card, std::tuple<R...>*) {
  static constexpr std::array entries{Entry{R::card.name, R::card.variant, Runner<R>::any, Runner<R>::ahead}...};
  for (const Entry& e : entries)
    if (e.name == card.name && e.variant == card.variant) return e;
  throw Error(cat("the arithmetic of ", card.name, ":", card.variant, " is not known: it is a rule of your own"));
}

const Entry& entry(const Element& e) { return find(e.rule.info().card, static_cast<AllRules*>(nullptr)); }

}  // namespace

RuleTrace run_rule(const Element& element, Sheet& sheet, const Traced& x, const Traced& g) {
  return entry(element).run(element, sheet, x, g);
}

Traced look_ahead(const Element& element, Sheet& sheet, const Traced& x) {
  return entry(element).ahead(element, sheet, x);
}

}  // namespace talweg::explain
