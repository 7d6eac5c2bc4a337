#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "talweg/base/export.hpp"

/// The words by which everything that has a name and parameters describes itself. The command line, its help, lists,
/// files and error texts follow from them without code per item.
namespace talweg {

/// What a table of methods tells a student, a line for each.
struct Guidance {
  std::string_view use = "";         ///< what it is for: "sparse features: words, clicks, ratings"
  std::string_view strengths = "";   ///< what is good about it
  std::string_view weaknesses = "";  ///< and what is not
};

/// Identity and worth of one item: `name:variant`.
struct Card {
  std::string_view name, variant = "";
  std::string_view title = "";    ///< "Adam"
  std::string_view formula = "";  ///< in one line, in the symbols of the source
  std::string_view source = "";   ///< "Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1"
  std::string_view note = "";     ///< where other sources or frameworks differ
  Guidance guidance = {};         ///< the same for all variants of a name
};

/// Which values a number may take.
struct Range {
  double low, high;
  bool low_open = false, high_open = false;
  constexpr bool contains(double v) const {
    return (low_open ? v > low : v >= low) && (high_open ? v < high : v <= high);
  }
};
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr Range positive{0, infinity, true, true};
inline constexpr Range non_negative{0, infinity, false, true};
/// What stands alone under a division where a slot is 0: its reciprocal does not overflow.
inline constexpr Range divisor{1e-300, infinity, false, true};
inline constexpr Range fraction{0, 1, false, true};        ///< [0, 1): decay rates
inline constexpr Range unit_interval{0, 1, false, false};  ///< [0, 1]
/// "at least 0 and below 1"
TALWEG_API std::string describe(const Range& range);

/// One number that a method keeps between steps (for each element of x), or shows after each.
struct Slot {
  std::string_view name;         ///< "first_moment"
  std::string_view what;         ///< "moving average of g"
  std::string_view symbol = "";  ///< in formulas: "m"
};

enum class FieldKind {
  number,
  whole,  ///< a whole number
  flag,   ///< true or false
  word,   ///< one of some words
  text,   ///< any text
};

/// A member of a described struct as plain data.
struct FieldInfo {
  std::string_view name;
  FieldKind kind = FieldKind::number;
  Range range = unit_interval;  ///< of a number
  std::vector<std::string_view> words =
      {};                          ///< the choices of a word; {"auto"} where a whole number takes that as well
  std::string default_value = {};  ///< as it is written in a spec; empty: none
  std::string_view help = {};      ///< what it means, with its unit
};
/// "at least 0 and below 1", "true or false", "at least 0 and at most 200, auto", "wolfe, armijo"
TALWEG_API std::string allowed(const FieldInfo& field);

/// What a text says for a field: a number, 0 or 1 for a flag, the place of a word among its choices.
struct Reading {
  double value = 0;
  std::string_view fault = {};  ///< "is not a number", "is out of range", …; empty: it fits
};
TALWEG_API Reading read_value(const FieldInfo& field, std::string_view text);
/// The text that `read_value` reads back.
TALWEG_API std::string write_value(const FieldInfo& field, double value);

/// One item that has a name, or one variant of it, as plain data: what lists, help, controls and pages are made of.
struct ItemInfo {
  Card card;
  std::vector<FieldInfo> fields = {};
  std::vector<Slot> slots = {};
  bool is_default = true;  ///< what the bare name means
  /// "adam:paper"
  std::string label() const {
    std::string out(card.name);
    if (!card.variant.empty()) out.append(":").append(card.variant);
    return out;
  }
};

/// One member of the struct S: what it is called, which values it takes, what it means. Its default is the member's
/// initialiser and stands nowhere else. A new type of members is a line in `Member`, a constructor, and a case in
/// `get`, `set` and `kind`.
template <class S> class Field {
  /// An enumeration by the place of its word.
  struct Choice {
    std::size_t (*get)(const S&);
    void (*set)(S&, std::size_t);
  };
  template <auto M> static std::size_t get_choice(const S& s) { return static_cast<std::size_t>(s.*M); }
  template <auto M> static void set_choice(S& s, std::size_t index) {
    s.*M = static_cast<std::remove_cvref_t<decltype(s.*M)>>(index);
  }
  union Member {
    double S::*number;
    std::optional<double> S::*optional_number;
    int S::*whole;
    std::int64_t S::*long_whole;
    bool S::*flag;
    std::string S::*text;
    Choice choice;
  };
  enum class Type { number, optional_number, whole, long_whole, flag, text, choice };

 public:
  std::string_view name;
  Range range = unit_interval;
  std::span<const std::string_view> words = {};
  std::string_view help;

  constexpr Field(std::string_view n, double S::*m, Range r, std::string_view h)
      : name(n), range(r), help(h), member_{.number = m}, type_(Type::number) {}
  constexpr Field(std::string_view n, std::optional<double> S::*m, Range r, std::string_view h)
      : name(n), range(r), help(h), member_{.optional_number = m}, type_(Type::optional_number) {}
  constexpr Field(std::string_view n, int S::*m, Range r, std::string_view h)
      : name(n), range(r), help(h), member_{.whole = m}, type_(Type::whole) {}
  constexpr Field(std::string_view n, std::int64_t S::*m, Range r, std::string_view h)
      : name(n), range(r), help(h), member_{.long_whole = m}, type_(Type::long_whole) {}
  constexpr Field(std::string_view n, bool S::*m, std::string_view h)
      : name(n), help(h), member_{.flag = m}, type_(Type::flag) {}
  constexpr Field(std::string_view n, std::string S::*m, std::string_view h)
      : name(n), help(h), member_{.text = m}, type_(Type::text) {}
  /// An enumeration whose values have these words, in their order: Field<S>::choice<&S::member>("name", words, "help").
  template <auto M>
  static constexpr Field choice(std::string_view n, std::span<const std::string_view> w, std::string_view h) {
    return Field(n, Choice{&get_choice<M>, &set_choice<M>}, w, h);
  }
  /// The same whole number, whose 0 is written `auto`.
  constexpr Field zero_is_auto() const {
    Field out = *this;
    out.words = auto_word;
    return out;
  }

  constexpr FieldKind kind() const {
    switch (type_) {
      case Type::whole:
      case Type::long_whole:
        return FieldKind::whole;
      case Type::flag:
        return FieldKind::flag;
      case Type::text:
        return FieldKind::text;
      case Type::choice:
        return FieldKind::word;
      default:
        return FieldKind::number;
    }
  }
  /// Whether an optional member holds a value; true for all others.
  bool given(const S& s) const { return type_ != Type::optional_number || (s.*member_.optional_number).has_value(); }

  /// The member as a number: 0 or 1 for a flag, the place of a word. Requires a member that is given, and no text.
  constexpr double get(const S& s) const {
    switch (type_) {
      case Type::optional_number:
        return *(s.*member_.optional_number);
      case Type::whole:
        return static_cast<double>(s.*member_.whole);
      case Type::long_whole:
        return static_cast<double>(s.*member_.long_whole);
      case Type::flag:
        return static_cast<double>(s.*member_.flag);
      case Type::choice:
        return static_cast<double>(member_.choice.get(s));
      case Type::text:
        return 0;
      default:
        return s.*member_.number;
    }
  }
  constexpr void set(S& s, double value) const {
    switch (type_) {
      case Type::number:
        s.*member_.number = value;
        break;
      case Type::optional_number:
        s.*member_.optional_number = value;
        break;
      case Type::whole:
        s.*member_.whole = static_cast<int>(value);
        break;
      case Type::long_whole:
        s.*member_.long_whole = static_cast<std::int64_t>(value);
        break;
      case Type::flag:
        s.*member_.flag = value != 0;
        break;
      case Type::choice:
        member_.choice.set(s, static_cast<std::size_t>(value));
        break;
      case Type::text:
        break;
    }
  }

  // Cold: for size, wherever they are compiled.
  /// As it is written in a spec; empty for an optional member that is not given.
  [[gnu::cold]] std::string write(const S& s) const {
    if (type_ == Type::text) return s.*member_.text;
    return given(s) ? write_value(plain(), get(s)) : std::string();
  }
  /// Sets the member from `text`, and returns what is wrong with it instead: see Reading::fault.
  [[gnu::cold]] std::string_view read(S& s, std::string_view text) const {
    if (type_ == Type::text) {
      s.*member_.text = text;
      return {};
    }
    const Reading reading = read_value(plain(), text);
    if (reading.fault.empty()) set(s, reading.value);
    return reading.fault;
  }
  /// With the member of `defaults` as the default.
  [[gnu::cold]] FieldInfo info(const S& defaults) const {
    FieldInfo out = plain();
    out.default_value = write(defaults);
    return out;
  }

 private:
  static constexpr std::string_view auto_word[] = {"auto"};

  constexpr Field(std::string_view n, Choice m, std::span<const std::string_view> w, std::string_view h)
      : name(n), words(w), help(h), member_{.choice = m}, type_(Type::choice) {}
  [[gnu::cold]] FieldInfo plain() const { return {name, kind(), range, {words.begin(), words.end()}, {}, help}; }

  Member member_;
  Type type_;
};

}  // namespace talweg
