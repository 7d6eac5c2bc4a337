#include "talweg/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include <fast_float/fast_float.h>

namespace talweg::text {

namespace {

template <class T> std::string shortest(T value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

/// Edit distance in which a swap of two neighbours counts once (Damerau-Levenshtein, optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::string number(double value) { return shortest(value); }
std::string number(float value) { return shortest(value); }

std::string brief(double value, int digits) {
  if (!std::isfinite(value)) return number(value);
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits).ptr;
  return std::string(buffer, end);
}

const char* read_number(const char* begin, const char* end, double& value) {
  const auto [after, status] = fast_float::from_chars(begin, end, value);
  return status == std::errc{} ? after : nullptr;
}

std::optional<double> parse_number(std::string_view token) {
  if (!token.empty() && token.front() == '+') {
    token.remove_prefix(1);
    if (!token.empty() && (token.front() == '-' || token.front() == '+')) return std::nullopt;
  }
  double value = 0;
  if (read_number(token.data(), token.data() + token.size(), value) != token.data() + token.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view token) {
  if (!token.empty() && token.front() == '+') token.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, status] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (status != std::errc{} || end != token.data() + token.size()) return std::nullopt;
  return value;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto at = text.find(separator);
    pieces.push_back(trim(text.substr(0, at)));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> candidates) {
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (const auto candidate : candidates) {
    const std::size_t d = distance(lower(wrong), lower(candidate));
    const bool prefix = wrong.size() >= 3 && candidate.starts_with(wrong);
    if (prefix || d <= std::max<std::size_t>(1, std::max(wrong.size(), candidate.size()) / 3))
      near.emplace_back(prefix ? std::min<std::size_t>(d, 1) : d, candidate);
  }
  if (near.empty()) return "";
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out = cat("did you mean '", near[0].second, "'");
  if (near.size() > 1) out += cat(" or '", near[1].second, "'");
  return out + "?";
}

std::string list(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

namespace detail {

void Piece::append_to(std::string& out) const {
  std::visit(
      [&out]<class T>(const T& value) {
        if constexpr (std::same_as<T, char>)
          out += value;
        else if constexpr (std::integral<T>)
          out += std::to_string(value);
        else if constexpr (std::floating_point<T>)
          out += number(value);
        else
          out += value;
      },
      value_);
}

std::string join(std::initializer_list<Piece> pieces) {
  std::string out;
  for (const Piece& piece : pieces) piece.append_to(out);
  return out;
}

}  // namespace detail

}  // namespace talweg::text
