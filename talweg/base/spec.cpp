#include "talweg/base/spec.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg {

using text::cat;

std::vector<Spec::Piece> Spec::read_pieces(std::string_view text, std::size_t offset) {
  std::vector<Piece> pieces;
  for (const std::string_view part : text::split(text, ',')) {
    Piece piece{.text = part, .at = offset + static_cast<std::size_t>(part.data() - text.data())};
    const auto equals = part.find('=');
    piece.option = equals != std::string_view::npos;
    if (piece.option) {
      piece.key = text::trim(part.substr(0, equals));
      piece.value = text::trim(part.substr(equals + 1));
    }
    pieces.push_back(piece);
  }
  return pieces;
}

Spec Spec::read(std::string_view text) {
  Spec spec;
  spec.head = text::trim(text.substr(0, text.find(',')));
  const auto end = text.find_first_of(":,");
  spec.name = text::trim(text.substr(0, end));
  if (end == std::string_view::npos) return spec;
  spec.colon = text[end] == ':';
  spec.pieces = read_pieces(text.substr(end + 1), end + 1);
  return spec;
}

bool Spec::has(std::string_view key) const {
  return std::ranges::any_of(pieces, [&](const Piece& p) { return (p.option ? p.key : p.text) == key; });
}

void require_option(std::string_view who, const Spec::Piece& piece) {
  if (piece.option) return;
  throw Error(cat(who, ": '", piece.text, "' must be written key=value",
                  piece.text.empty() ? cat("; nothing stands before character ", piece.at + 1) : ""));
}

void take_once(std::string_view who, std::string_view key, std::vector<std::string_view>& given) {
  if (std::ranges::find(given, key) != given.end()) throw Error(cat(who, ": ", key, " is given twice"));
  given.push_back(key);
}

SpecWriter& SpecWriter::word(std::string_view word) {
  if (word.empty()) return *this;
  text_.append(empty_ ? ":" : ",").append(word);
  empty_ = false;
  return *this;
}

SpecWriter& SpecWriter::option(std::string_view key, std::string_view value) {
  text_.append(",").append(key).append("=").append(value);
  return *this;
}

std::string near_names(std::string_view wrong, std::span<const std::string_view> known) {
  const std::string near = text::did_you_mean(wrong, known);
  return near.empty() ? near : near + ' ';
}

void refuse_key(std::string_view who, std::string_view key, std::span<const std::string_view> known) {
  throw Error(cat(who, ": key '", key, "' is not known; ", near_names(key, known), "it reads ", text::list(known)));
}

void refuse_variant(std::string_view who, std::string_view variant, std::span<const std::string_view> known) {
  throw Error(
      cat(who, ": variant '", variant, "' is not known; ",
          known.empty() ? "it has none" : cat(near_names(variant, known), "the variants are ", text::list(known))));
}

std::string folded(std::string_view name) {
  const std::string low = text::lower(text::trim(name));
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  std::string out;
  for (std::size_t i = 0; i < low.size(); ++i) {
    const bool mark = low[i] == '-' || low[i] == '_' || low[i] == ' ';
    if (!mark || i + 1 == low.size() || !is_word(low[i + 1])) out += low[i];
  }
  return out;
}

}  // namespace talweg
