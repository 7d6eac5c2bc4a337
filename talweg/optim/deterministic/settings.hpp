#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/optim/deterministic/line_search/line_search.hpp"
#include "talweg/optim/first_order/rule.hpp"
#include "talweg/optim/method.hpp"

/// Deterministic methods described as data. Command line, lists and reports follow from it without code per method.
namespace talweg {

/// One hyperparameter of method M. Its default is the member's initialiser and stands nowhere else.
template <class M> struct Setting {
  std::string_view name;
  double M::*number = nullptr;
  int M::*whole = nullptr;
  LineSearch M::*search = nullptr;
  Range range = {0, infinity, false, true};
  std::string_view help;
  bool automatic = false;  ///< 0 is written `auto`

  constexpr Setting(std::string_view n, double M::*member, Range r, std::string_view h)
      : name(n), number(member), range(r), help(h) {}
  constexpr Setting(std::string_view n, int M::*member, Range r, std::string_view h, bool zero_is_auto = false)
      : name(n), whole(member), range(r), help(h), automatic(zero_is_auto) {}
  constexpr Setting(std::string_view n, LineSearch M::*member, std::string_view h) : name(n), search(member), help(h) {}
};

/// A setting as plain data.
struct SettingInfo {
  enum class Kind { number, whole, word };
  std::string_view name;
  Kind kind;
  Range range;                          ///< of a number
  std::vector<std::string_view> words;  ///< the choices of a word; {"auto"} where a whole number takes that as well
  std::string default_value;            ///< as it is written in a spec
  std::string_view help;
};

/// A form of a method that differs in its formula: `cg:pr+`, `cg:fr`.
struct FormulaVariant {
  std::string_view name, formula;
};

/// The names of the line searches, in the order of LineSearch.
std::span<const std::string_view> line_search_names();

/// A method with its settings, type erased: what `name[:variant][,key=value]...` parses to.
class Configurable {
 public:
  virtual ~Configurable() = default;
  virtual const Card& card() const = 0;
  virtual std::span<const Slot> observed() const = 0;
  virtual std::span<const FormulaVariant> variants() const = 0;  ///< the default first; empty: it has none
  virtual void set_variant(std::size_t index) = 0;
  virtual std::vector<SettingInfo> settings() const = 0;  ///< the defaults are the present values
  /// Throws Error for an unknown key or a value out of range.
  virtual void set(std::string_view key, std::string_view value) = 0;
  virtual std::string spec() const = 0;
  virtual std::shared_ptr<const MethodBase> method() const = 0;
};

namespace detail {
double read_setting(std::string_view who, const SettingInfo& info, std::string_view value);
std::string write_setting(const SettingInfo& info, double value);
[[noreturn]] void refuse(std::string_view who, std::string_view why);
[[noreturn]] void refuse_key(std::string_view who, std::string_view key, std::span<const SettingInfo> known);
void check_setting(std::string_view who, const SettingInfo& info, double value);

template <class M> SettingInfo describe(const Setting<M>& s, const M& method) {
  SettingInfo info{s.name, SettingInfo::Kind::number, s.range, {}, "", s.help};
  double value = 0;
  if (s.number) {
    value = method.*s.number;
  } else if (s.whole) {
    info.kind = SettingInfo::Kind::whole;
    if (s.automatic) info.words = {"auto"};
    value = method.*s.whole;
  } else {
    info.kind = SettingInfo::Kind::word;
    const auto names = line_search_names();
    info.words.assign(names.begin(), names.end());
    value = static_cast<double>(method.*s.search);
  }
  info.default_value = write_setting(info, value);
  return info;
}
}  // namespace detail

/// "cg:pr+": the name with its variant.
template <class M> std::string label_of(const M& method) {
  std::string out(M::card.name);
  if constexpr (requires { method.variant(); }) out.append(":").append(M::variants[method.variant()].name);
  return out;
}

/// The method with all its settings, as `parse_deterministic` reads it back.
template <class M> std::string spec_of(const M& method) {
  std::string out = label_of(method);
  for (const Setting<M>& s : M::settings) {
    const SettingInfo info = detail::describe(s, method);
    if constexpr (requires { method.line_search; })
      if (info.name == "curvature" && method.line_search == LineSearch::armijo) continue;  // of no effect
    out.append(",").append(s.name).append("=").append(info.default_value);
  }
  return out;
}

/// Throws Error for a setting out of range, naming it, and for settings that do not go together.
template <class M> void check_settings(const M& method) {
  for (const Setting<M>& s : M::settings) {
    const SettingInfo info = detail::describe(s, method);
    if (s.number) detail::check_setting(label_of(method), info, method.*s.number);
    if (s.whole) detail::check_setting(label_of(method), info, method.*s.whole);
  }
  if constexpr (requires { method.contradiction(); })
    if (const std::string_view why = method.contradiction(); !why.empty()) detail::refuse(label_of(method), why);
}

template <class M> class ConfigurableOf final : public Configurable {
 public:
  const Card& card() const override { return M::card; }
  std::span<const Slot> observed() const override { return M::observed; }
  std::span<const FormulaVariant> variants() const override {
    if constexpr (requires { M::variants.size(); })
      return M::variants;
    else
      return {};
  }
  void set_variant([[maybe_unused]] std::size_t index) override {
    if constexpr (requires { M::variants.size(); }) method_.set_variant(index);
  }
  std::vector<SettingInfo> settings() const override {
    std::vector<SettingInfo> out;
    for (const Setting<M>& s : M::settings) out.push_back(detail::describe(s, method_));
    return out;
  }
  void set(std::string_view key, std::string_view text) override {
    for (const Setting<M>& s : M::settings) {
      if (s.name != key) continue;
      const double value = detail::read_setting(label_of(method_), detail::describe(s, method_), text);
      if (s.number) method_.*s.number = value;
      if (s.whole) method_.*s.whole = static_cast<int>(value);
      if (s.search) method_.*s.search = static_cast<LineSearch>(value);
      return;
    }
    detail::refuse_key(label_of(method_), key, settings());
  }
  std::string spec() const override { return spec_of(method_); }
  std::shared_ptr<const MethodBase> method() const override { return make_method(method_); }

 private:
  M method_;
};

}  // namespace talweg
