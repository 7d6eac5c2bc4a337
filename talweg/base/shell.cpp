#include "talweg/base/shell.hpp"

#include <algorithm>

#include "talweg/base/columns.hpp"
#include "talweg/base/text.hpp"

namespace talweg::shell {

namespace {

using text::cat;

/// What stands between an option and its value: "-" alone is no option, what begins with it might be one.
const char* between(std::string_view value) { return value.size() > 1 && value.front() == '-' ? "=" : " "; }

std::string piece_of(const BoundOption& option, const std::string& value) {
  if (option.info.argument) return quoted(value);
  return cat(flag(option.info.name), between(value), quoted(value));
}

}  // namespace

std::string flag(std::string_view option) {
  std::string out = cat("--", option);
  std::ranges::replace(out, '_', '-');
  return out;
}

std::string flag(std::string_view option, std::string_view value) {
  if (value.empty()) return flag(option);
  return cat(flag(option), between(value), value);
}

std::string quoted(std::string_view word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=:,+@%").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return std::string(word);
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

Pieces pieces(const std::vector<BoundOption>& options) {
  Pieces out;
  for (const BoundOption& option : options) {
    const std::vector<std::string> values = option.get();
    if (values.empty()) continue;
    if (option.kind == OptionKind::flag) {
      out.push_back(flag(values[0] == "yes" ? std::string(option.info.name) : cat("no_", option.info.name)));
    } else if (option.info.several && !option.info.argument) {
      out.push_back(flag(option.info.name));
      for (const std::string& value : values) out.push_back(quoted(value));
    } else {
      for (const std::string& value : values) out.push_back(piece_of(option, value));
    }
  }
  return out;
}

std::string line(const Pieces& pieces) {
  std::string out;
  for (const std::string& piece : pieces) out += cat(out.empty() ? "" : " ", piece);
  return out;
}

std::string lines(const Pieces& pieces, std::size_t width) {
  constexpr std::string_view indent = "    ", goes_on = " \\";
  std::string out;
  std::size_t used = 0;
  for (const std::string& piece : pieces) {
    const std::size_t columns = text::columns(piece);
    if (!out.empty() && used + 1 + columns + goes_on.size() > width) {
      out += cat(goes_on, "\n", indent);
      used = indent.size();
    } else if (!out.empty()) {
      out += ' ';
      ++used;
    }
    out += piece;
    used += columns;
  }
  return out;
}

}  // namespace talweg::shell
