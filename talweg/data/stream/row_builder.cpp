#include "talweg/data/stream/row_builder.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data::stream {

std::string where(const Block& block, const char* at, const std::string& origin) {
  const std::string_view before = block.text.substr(0, static_cast<std::size_t>(at - block.text.data()));
  const auto line = block.line + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
  const auto begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return text::cat(origin, ":", line, ":", before.size() - begin + 1);
}

std::string_view word_at(const Block& block, const char* at) {
  constexpr std::size_t longest = 40;
  std::string_view rest = block.text.substr(static_cast<std::size_t>(at - block.text.data()));
  rest = rest.substr(0, rest.find_first_of(" \t\r\n"));
  return rest.substr(0, longest);
}

void fail_at(const Block& block, const char* at, const std::string& origin, std::string_view what) {
  throw Error(text::cat(where(block, at, origin), ": '", word_at(block, at), "' ", what));
}

double Labels::of_many(double label) const {
  const auto& v = target_.class_values;
  const auto found = std::lower_bound(v.begin(), v.end(), label);
  return found == v.end() || *found != label ? std::nan("") : static_cast<double>(found - v.begin());
}

double Labels::operator()(std::string_view word) const {
  const auto found = std::find(target_.classes.begin(), target_.classes.end(), word);
  return found == target_.classes.end() ? std::nan("") : static_cast<double>(found - target_.classes.begin());
}

std::string Labels::complaint() const {
  if (target_.task == Task::regression) return "is a target " + size_complaint(std::numeric_limits<double>::max());
  const std::vector<std::string_view> names(target_.classes.begin(), target_.classes.end());
  return text::cat("is not among the classes ", text::list_some(names, 10),
                   "; correct the label, or name all classes with ", text::option("classes", "a,b,…"));
}

template <class T>
std::size_t Repeats::merge(std::vector<std::uint32_t>& index, std::vector<T>& value, std::size_t from,
                           std::size_t end) {
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(2 * (end - from), 16)), mask = size - 1;
  cells_.assign(size, {0, 0});
  std::size_t to = from;
  for (std::size_t i = from; i < end; ++i) {
    std::size_t c = (index[i] * 0x9e3779b1u >> 7) & mask;
    while (cells_[c].position != 0 && cells_[c].place != index[i]) c = (c + 1) & mask;
    if (cells_[c].position != 0) {
      value[from + cells_[c].position - 1] += value[i];
      continue;
    }
    cells_[c] = {index[i], static_cast<std::uint32_t>(to - from + 1)};
    index[to] = index[i];
    value[to++] = value[i];
  }
  return to;
}
template std::size_t Repeats::merge(std::vector<std::uint32_t>&, std::vector<float>&, std::size_t, std::size_t);
template std::size_t Repeats::merge(std::vector<std::uint32_t>&, std::vector<double>&, std::size_t, std::size_t);

NameTeller::NameTeller(const RowOptions& options) {
  if (options.most_names == 0 || !options.features.hashed()) return;
  told_.resize(options.features.initial_size() / 64 + 1);
  left_ = options.most_names - std::min(options.most_names, options.named.size());
  for (const auto slot : options.named) told_[slot / 64] |= std::uint64_t{1} << slot % 64;
}

void NameTeller::tell(std::uint32_t slot, std::string name, Names& out) {
  told_[slot / 64] |= std::uint64_t{1} << slot % 64;
  --left_;
  out.slots.push_back(slot);
  out.names.push_back(std::move(name));
}

Crosser::Crosser(const Features& features) {
  const auto place = [&](const std::string& field) {
    const auto found = std::find(fields_.begin(), fields_.end(), field);
    if (found != fields_.end()) return static_cast<std::size_t>(found - fields_.begin());
    fields_.push_back(field);
    return fields_.size() - 1;
  };
  for (const auto& [a, b] : features.crosses) {
    const std::size_t first = place(a);
    pairs_.emplace_back(first, place(b));
  }
}

void Crosser::add(std::string_view field, std::string_view name, Hash hash, double value) {
  for (std::size_t f = 0; f < fields_.size(); ++f)
    if (fields_[f] == field) seen_.push_back({f, name, hash, value});
}

template <class T> void Crosser::finish(int bits, RowBlock<T>& rows, NameTeller& names) {
  for (const auto& [a, b] : pairs_)
    for (const Seen& x : seen_) {
      if (x.field != a) continue;
      for (const Seen& y : seen_) {
        if (y.field != b) continue;
        const std::uint32_t slot = Hash::cross(x.hash, y.hash).slot(bits);
        if (names.wants(slot)) names.tell(slot, text::cat(x.name, " × ", y.name), rows.names);
        rows.index.push_back(slot);
        rows.value.push_back(static_cast<T>(x.value * y.value));
      }
    }
}
template void Crosser::finish(int, RowBlock<float>&, NameTeller&);
template void Crosser::finish(int, RowBlock<double>&, NameTeller&);

template <class T> void end_row(RowBlock<T>& rows, Repeats& repeats, double truth) {
  const std::size_t end = repeats.merge(rows.index, rows.value, rows.begin.back(), rows.index.size());
  rows.index.resize(end);
  rows.value.resize(end);
  rows.index.push_back(0);
  rows.value.push_back(T(1));
  rows.truth.push_back(truth);
  rows.begin.push_back(static_cast<std::uint32_t>(end + 1));
}
template void end_row(RowBlock<float>&, Repeats&, double);
template void end_row(RowBlock<double>&, Repeats&, double);

}  // namespace talweg::data::stream
