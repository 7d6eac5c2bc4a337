#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/describe.hpp"
#include "talweg/base/export.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/optim/deterministic/line_search/line_search.hpp"
#include "talweg/optim/method.hpp"

/// Deterministic methods described as data. Command line, lists and reports follow from it without code per method.
namespace talweg {

/// A form of a method that differs in its formula: `cg:pr+`, `cg:fr`.
struct FormulaVariant {
  std::string_view name, formula;
};

/// A method with its settings, type erased: what `name[:variant][,key=value]...` parses to.
class TALWEG_API Configurable {
 public:
  virtual ~Configurable() = default;
  virtual const Card& card() const = 0;
  virtual std::span<const Slot> observed() const = 0;
  virtual std::span<const FormulaVariant> variants() const = 0;  ///< the default first; empty: it has none
  virtual void set_variant(std::size_t index) = 0;
  virtual std::vector<FieldInfo> fields() const = 0;  ///< the defaults are the present values
  /// Throws Error for an unknown key or a value out of range.
  virtual void set(std::string_view key, std::string_view value) = 0;
  virtual std::shared_ptr<const MethodBase> method() const = 0;
};

namespace detail {
/// Throws Error for a value that does not fit.
TALWEG_API double read_setting(std::string_view who, const FieldInfo& field, std::string_view value);
TALWEG_API void check_setting(std::string_view who, const FieldInfo& field, double value);
[[noreturn]] TALWEG_API void refuse(std::string_view who, std::string_view why);
}  // namespace detail

/// "cg:pr+": the name with its variant.
template <class M> std::string label_of(const M& method) {
  SpecWriter out(M::card.name);
  if constexpr (requires { method.variant(); }) out.word(M::variants[method.variant()].name);
  return out.take();
}

/// The method with all its settings, as `parse_deterministic` reads it back.
template <class M> std::string spec_of(const M& method) {
  SpecWriter out(label_of(method));
  for (const Field<M>& s : M::settings) {
    if constexpr (requires { method.line_search; })
      if (s.name == "curvature" && method.line_search == LineSearch::armijo) continue;  // of no effect
    out.option(s.name, s.write(method));
  }
  return out.take();
}

/// Throws Error for a setting out of range, naming it, and for settings that do not go together.
template <class M> void check_settings(const M& method) {
  for (const Field<M>& s : M::settings)
    if (s.kind() != FieldKind::word) detail::check_setting(label_of(method), s.info(method), s.get(method));
  if constexpr (requires { method.contradiction(); })
    if (const std::string_view why = method.contradiction(); !why.empty()) detail::refuse(label_of(method), why);
}

template <class M> class TALWEG_API ConfigurableOf final : public Configurable {
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
  std::vector<FieldInfo> fields() const override {
    std::vector<FieldInfo> out;
    for (const Field<M>& s : M::settings) out.push_back(s.info(method_));
    return out;
  }
  void set(std::string_view key, std::string_view text) override {
    std::vector<std::string_view> names;
    for (const Field<M>& s : M::settings) {
      if (s.name == key) return s.set(method_, detail::read_setting(label_of(method_), s.info(method_), text));
      names.push_back(s.name);
    }
    refuse_key(label_of(method_), key, names);
  }
  std::shared_ptr<const MethodBase> method() const override { return make_method(method_); }

 private:
  M method_;
};

}  // namespace talweg
