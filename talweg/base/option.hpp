#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"

/// Options of a request, described once: the command line, its help, run files and messages follow from it.
namespace talweg {

/// What the value of an option is to the file system.
enum class PathRole {
  none,
  input,
  input_or_text,  ///< an input where a file of that name is there: a formula or a file, a share or a file
  labels,         ///< a column, and of images the file of their labels
  output,
  folder,  ///< a folder that a run keeps its state in
};

struct OptionInfo {
  std::string_view name;         ///< "batch_size"; a front end spells it in its own way
  std::string_view takes = "";   ///< what stands in its place in help: "N|all"; empty: a flag, or an argument
  std::string_view help = "";    ///< one line
  std::string_view denied = "";  ///< of a flag that can be yes, no or left to the program: the line for no
  std::string_view group = "";   ///< its heading in help
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;
  std::string_view range = "";  ///< of a number, in words: "a number above 0"
  PathRole path = PathRole::none;
  std::string_view path_words = "";  ///< what messages call the path: "the data"; empty: the option itself
  bool decides = true;               ///< whether the result depends on it, beside when and where it is written
  bool argument = false;             ///< given by its place on a command line, not by its name
  bool several = false;              ///< of a list: one mention takes many values
  bool hidden = false;               ///< of no use where it stands; accepted, so that it can be explained
};

enum class OptionKind { text, number, whole, flag, list };

namespace detail {
TALWEG_API void read_option(const OptionInfo& info, const std::string& given, std::string& value);
TALWEG_API void read_option(const OptionInfo& info, const std::string& given, bool& value);
TALWEG_API void read_option(const OptionInfo& info, const std::string& given, std::int64_t& value);
TALWEG_API void read_option(const OptionInfo& info, const std::string& given, std::uint64_t& value);
TALWEG_API void read_option(const OptionInfo& info, const std::string& given, int& value);
TALWEG_API void read_option(const OptionInfo& info, const std::string& given, double& value);
TALWEG_API std::string write_option(const std::string& value);
TALWEG_API std::string write_option(bool value);
TALWEG_API std::string write_option(std::int64_t value);
TALWEG_API std::string write_option(std::uint64_t value);
TALWEG_API std::string write_option(int value);
TALWEG_API std::string write_option(double value);

template <class T> struct OptionalOf { using Value = T; };
template <class T> struct OptionalOf<std::optional<T>> { using Value = T; };

template <class T> constexpr OptionKind option_kind() {
  using Value = typename OptionalOf<T>::Value;
  if constexpr (std::same_as<Value, std::vector<std::string>>)
    return OptionKind::list;
  else if constexpr (std::same_as<Value, bool>)
    return OptionKind::flag;
  else if constexpr (std::integral<Value>)
    return OptionKind::whole;
  else if constexpr (std::floating_point<Value>)
    return OptionKind::number;
  else
    return OptionKind::text;
}
}  // namespace detail

/// An option of requests of type R: its description, and how its value is set and read. Values are texts as they are
/// typed ("yes" and "no" of a flag): none where it was not given (setting none brings the default back), several of a
/// list only.
template <class R> struct Option {
  using Texts = std::vector<std::string>;
  OptionInfo info;
  OptionKind kind;
  void (*set)(R&, const OptionInfo&, const Texts&);
  Texts (*get)(const R&);

  /// The member at the end of a path: of<&Request::stream, &Stream::hash_bits>({.name = "hash_bits"}).
  template <auto... Path> static Option of(const OptionInfo& info) {
    using T = std::remove_cvref_t<decltype((std::declval<R&>().*....*Path))>;
    return {info, detail::option_kind<T>(), set_member<T, Path...>, get_member<T, Path...>};
  }
  /// A member that `Parse` makes of a text, and `Write` writes as one.
  template <auto Member, auto Parse, auto Write> static Option parsed(const OptionInfo& info) {
    return {info, OptionKind::text,
            [](R& r, const OptionInfo&, const Texts& given) {
              if (given.empty())
                r.*Member = {};
              else
                r.*Member = Parse(given[0]);
            },
            [](const R& r) {
              std::string out = Write(r.*Member);
              return out.empty() ? Texts{} : Texts{std::move(out)};
            }};
  }

 private:
  template <class T, auto... Path> static void set_member(R& r, const OptionInfo& info, const Texts& given) {
    T& member = (r.*....*Path);
    if constexpr (std::same_as<T, Texts>) {
      member = given;
    } else if (given.empty()) {
      member = (R{}.*....*Path);
    } else {
      typename detail::OptionalOf<T>::Value value{};
      detail::read_option(info, given[0], value);
      member = std::move(value);
    }
  }
  template <class T, auto... Path> static Texts get_member(const R& r) {
    const T& member = (r.*....*Path);
    if constexpr (std::same_as<T, Texts>) {
      return member;
    } else if constexpr (std::same_as<T, typename detail::OptionalOf<T>::Value>) {
      static const R untouched{};
      if (member == (untouched.*....*Path)) return {};
      return {detail::write_option(member)};
    } else {
      if (!member) return {};
      return {detail::write_option(*member)};
    }
  }
};

/// An option of one request in memory.
struct BoundOption {
  OptionInfo info;
  OptionKind kind;
  /// Throws Error for a value that the option does not take, naming the option, the value and the range.
  std::function<void(const std::vector<std::string>&)> set;
  std::function<std::vector<std::string>()> get;
};

/// Appends the options of `request`, which must outlive them.
template <class R> void add_options(std::vector<BoundOption>& to, R& request, const std::vector<Option<R>>& options) {
  for (const Option<R>& option : options)
    to.push_back(
        {option.info, option.kind,
         [&request, option](const std::vector<std::string>& given) { option.set(request, option.info, given); },
         [&request, option] { return option.get(request); }});
}

}  // namespace talweg
