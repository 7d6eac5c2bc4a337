#include "talweg/data/stream/features.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data::stream {

std::size_t Features::initial_size() const {
  if (hashed()) return (std::size_t{1} << hash_bits) + 1;
  return limit > 0 ? std::size_t{limit} + 1 : 1;
}

std::size_t Features::largest_place() const {
  if (hashed()) return std::size_t{1} << hash_bits;
  return limit > 0 ? std::size_t{limit} : std::size_t{largest_index} + 1;
}

std::string Features::name_of(std::uint32_t slot) const {
  if (slot == 0) return "bias";
  if (hashed()) return text::cat("#", slot);
  return text::cat("f", slot - 1 + static_cast<std::uint32_t>(base));
}

void Features::save(Archive& archive) const {
  archive.put("features.format", std::string_view(format == Format::libsvm ? "libsvm" : "csv"));
  archive.put("features.numbers", std::vector<std::int64_t>{base, hash_bits, limit, delimiter, header});
  std::vector<std::string> pairs;
  for (const auto& [a, b] : crosses) pairs.push_back(a), pairs.push_back(b);
  archive.put("features.crosses", pairs);
  archive.put("features.columns", columns);
  std::vector<std::int64_t> kind_numbers;
  for (const auto k : kinds) kind_numbers.push_back(static_cast<std::int64_t>(k));
  archive.put("features.kinds", kind_numbers);
  reading.save(archive);
}

Features Features::load(const Archive& archive) {
  Features f;
  const std::string format = archive.text("features.format");
  if (format != "libsvm" && format != "csv") archive.fail("features.format", "names no format");
  f.format = format == "libsvm" ? Format::libsvm : Format::csv;
  const auto numbers = archive.integers("features.numbers");
  constexpr std::int64_t highest[] = {1, most_hash_bits, largest_index, 127, 1};
  for (std::size_t i = 0; i < 5; ++i)
    if (numbers[i] > highest[i])
      archive.fail("features.numbers", text::cat("holds ", numbers[i], ", which is too much"));
  f.base = static_cast<int>(numbers[0]);
  f.hash_bits = static_cast<int>(numbers[1]);
  f.limit = static_cast<std::uint32_t>(numbers[2]);
  f.delimiter = static_cast<char>(numbers[3]);
  f.header = numbers[4] != 0;
  if (f.hashed() ? f.limit > 0 : f.format == Format::csv)
    archive.fail("features.numbers", "should hash delimited text, and limit what is not hashed");
  const auto pairs = archive.texts("features.crosses");
  if (pairs.size() % 2 != 0) archive.fail("features.crosses", "should be pairs");
  for (std::size_t i = 0; i < pairs.size(); i += 2) f.crosses.emplace_back(pairs[i], pairs[i + 1]);
  f.columns = archive.texts("features.columns");
  for (const auto k : archive.integers("features.kinds")) f.kinds.push_back(static_cast<Column::Kind>(k));
  if (f.kinds.size() != f.columns.size()) archive.fail("features.kinds", "does not fit features.columns");
  f.reading = Reading::load(archive);
  return f;
}

void Names::save(Archive& archive) const {
  archive.put("names.places", std::vector<std::int64_t>(slots.begin(), slots.end()));
  archive.put("names.texts", names);
}

Names Names::load(const Archive& archive) {
  Names out;
  for (const auto slot : archive.integers("names.places")) out.slots.push_back(static_cast<std::uint32_t>(slot));
  out.names = archive.texts("names.texts");
  if (out.slots.size() != out.names.size()) archive.fail("names.texts", "does not fit names.places");
  return out;
}

}  // namespace talweg::data::stream
