#pragma once
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "talweg/base/export.hpp"

/// Small text helpers for messages and files. Free of iostream and locale.
namespace talweg::text {

/// The shortest decimal that reads back to the same double; "nan", "inf", "-inf" otherwise.
TALWEG_API std::string number(double value);
TALWEG_API std::string number(float value);
/// `value` with at most `digits` significant digits, for messages that people read.
TALWEG_API std::string brief(double value, int digits = 6);

/// Reads the whole of `token` as a number ("1e-3", "-inf", "+2"); nullopt when anything is left over or it is empty.
TALWEG_API std::optional<double> parse_number(std::string_view token);
/// Reads the number at the beginning of [begin, end) and returns the place behind it; nullptr where none begins or it
/// is out of range. What readers of files use in their inner loop.
TALWEG_API const char* read_number(const char* begin, const char* end, double& value);
TALWEG_API std::optional<std::int64_t> parse_integer(std::string_view token);

/// Pieces of `text` between separators, white space around each removed.
TALWEG_API std::vector<std::string_view> split(std::string_view text, char separator);
TALWEG_API std::string_view trim(std::string_view text);
TALWEG_API std::string lower(std::string_view text);

/// `text` for whoever reads it on a terminal: characters that would steer one (C0 and C1 controls, DEL, marks that turn
/// the direction of writing) are written out as \n, \x1b or \u202e, and bytes that are no UTF-8 as U+FFFD. What is
/// named in `kept` stays.
TALWEG_API std::string visible(std::string_view text, std::string_view kept = "");
/// The same, cut after `most` bytes: what a message quotes of a file.
TALWEG_API std::string shown(std::string_view text, std::size_t most = 80);

/// "did you mean 'adam' or 'adamw'?", or "" when no candidate is near `wrong`. Names beyond 64 bytes are near nothing
/// but their own beginnings.
TALWEG_API std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> candidates);
/// "a, b and c"
TALWEG_API std::string list(std::span<const std::string_view> words);

namespace detail {
/// One argument of `cat`. It is written out in text.cpp, so that a place that makes a message costs few bytes: with the
/// writing inlined, messages were a sixth of the command.
class TALWEG_API Piece {
 public:
  template <std::convertible_to<std::string_view> S> Piece(const S& s) : value_(std::string_view(s)) {}
  Piece(char c) : value_(c) {}
  template <std::signed_integral I> Piece(I i) : value_(std::int64_t{i}) {}
  template <std::unsigned_integral I> Piece(I i) : value_(std::uint64_t{i}) {}
  Piece(float f) : value_(f) {}
  Piece(double f) : value_(f) {}
  void append_to(std::string& out) const;

 private:
  std::variant<std::string_view, char, std::int64_t, std::uint64_t, float, double> value_;
};
TALWEG_API std::string join(std::initializer_list<Piece> pieces);
}  // namespace detail

/// Concatenates strings and numbers: cat("learning_rate = ", -1.0, " is negative").
template <class... Parts> std::string cat(const Parts&... parts) { return detail::join({detail::Piece(parts)...}); }

}  // namespace talweg::text
