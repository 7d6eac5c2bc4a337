#include "talweg/base/text.hpp"

#include <algorithm>
#include <array>
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

/// Words beyond it are not compared: the work goes with the square, and nobody mistypes so long a name.
constexpr std::size_t longest_word = 64;

/// Edit distance in which a swap of two neighbours counts once (Damerau-Levenshtein, optimal string alignment), of
/// words of at most `longest_word` bytes.
std::size_t distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, longest_word + 1>;
  Row before{}, last{}, row{};  // of the letters i − 2, i − 1 and i of a
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

/// The character at the beginning of `text`: how many bytes it has, and its number; 0xfffd where it is no UTF-8.
struct Character {
  std::size_t bytes;
  std::uint32_t number;
};
Character first_character(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const std::uint32_t lead = at(0);
  if (lead < 0x80) return {1, lead};
  const std::size_t bytes = lead >= 0xf0 && lead < 0xf5   ? 4
                            : lead >= 0xe0 && lead < 0xf0 ? 3
                            : lead >= 0xc2 && lead < 0xe0 ? 2
                                                          : 1;
  if (bytes == 1) return {1, 0xfffd};
  std::uint32_t number = lead & (0xffu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((at(i) & 0xc0) != 0x80) return {1, 0xfffd};
    number = number << 6 | (at(i) & 0x3f);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = number >= 0xd800 && number < 0xe000;
  return number < least[bytes] || surrogate || number > 0x10ffff ? Character{1, 0xfffd} : Character{bytes, number};
}

/// Whether a character steers a terminal or the order of its neighbours in place of being seen.
bool steers(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void append_escape(std::string& out, std::uint32_t c) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (c == '\n' || c == '\t' || c == '\r') {
    out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
    return;
  }
  out += c < 0x20 ? "\\x" : "\\u";  // the second form is that of JSON, where the first can never be needed
  for (int shift = c < 0x20 ? 4 : 12; shift >= 0; shift -= 4) out += digits[c >> shift & 15];
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

std::string visible(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_character(text);
    const std::string_view bytes = text.substr(0, c.bytes);
    if (c.number == 0xfffd)
      out += "\xef\xbf\xbd";
    else if (steers(c.number) && kept.find(bytes) == std::string_view::npos)
      append_escape(out, c.number);
    else
      out += bytes;
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::string shown(std::string_view text, std::size_t most) {
  if (text.size() <= most) return visible(text);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a character
  return visible(text.substr(0, end)) + "…";
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> candidates) {
  std::vector<std::pair<std::size_t, std::string_view>> near;
  const std::string word = lower(wrong);
  for (const auto candidate : candidates) {
    const bool prefix = wrong.size() >= 3 && candidate.starts_with(wrong);
    const std::size_t most = std::max<std::size_t>(1, std::max(wrong.size(), candidate.size()) / 3),
                      apart = wrong.size() > candidate.size() ? wrong.size() - candidate.size()
                                                              : candidate.size() - wrong.size();
    const bool comparable = apart <= most && std::max(wrong.size(), candidate.size()) <= longest_word;
    const std::size_t d = comparable ? distance(word, lower(candidate)) : most + 1;
    if (prefix || d <= most) near.emplace_back(prefix ? std::min<std::size_t>(d, 1) : d, candidate);
  }
  if (near.empty()) return "";
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out = cat("did you mean '", shown(near[0].second), "'");
  if (near.size() > 1) out += cat(" or '", shown(near[1].second), "'");
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
