#include "talweg/base/archive.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <concepts>
#include <cstring>
#include <limits>

#include "talweg/base/checksum.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"

namespace talweg {

namespace {

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);
constexpr std::size_t header_size = 8 + 4 + 4 + 8 + 4 + 4;

template <std::unsigned_integral T> void put_bytes(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

template <std::unsigned_integral T> T take(std::string_view bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | (static_cast<T>(static_cast<unsigned char>(bytes[at + i])) << (8 * i)));
  return value;
}

template <class T> using BitsOf = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

template <class T> std::string packed(std::span<const T> values) {
  std::string out;
  out.reserve(values.size() * sizeof(T));
  for (const T value : values) put_bytes(out, std::bit_cast<BitsOf<T>>(value));
  return out;
}

template <class T> std::vector<T> unpacked(std::string_view bytes) {
  std::vector<T> out(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::bit_cast<T>(take<BitsOf<T>>(bytes, i * sizeof(T)));
  return out;
}

std::size_t size_of(Archive::Type type) {
  return type == Archive::Type::text ? 1 : type == Archive::Type::float32 ? 4 : 8;
}

std::string_view name_of(Archive::Type type) {
  constexpr std::string_view names[] = {"", "float32", "float64", "int64", "text"};
  return names[static_cast<std::size_t>(type)];
}

constexpr std::string_view advice = "; the file was changed or copied badly: restore it or train again";

/// Reads the table with every length checked. It was covered by a checksum, so a failure here means a foreign writer.
struct TableReader {
  std::string_view table;
  const std::string& origin;
  std::size_t at = 0;

  template <class T> T next() {
    need(sizeof(T));
    const T value = take<T>(table, at);
    at += sizeof(T);
    return value;
  }
  std::string next_name() {
    const auto length = next<std::uint32_t>();
    need(length);
    at += length;
    return std::string(table.substr(at - length, length));
  }
  void need(std::uint64_t bytes) const {
    if (bytes > table.size() - at) throw Error(text::cat(origin, ": the table of entries is damaged", advice));
  }
};

struct Header {
  std::uint32_t entries;
  std::uint64_t table_size;
};

/// Checks everything in front of the first entry.
Header read_header(std::string_view bytes, const std::string& file) {
  if (bytes.size() < header_size && bytes.substr(0, 8) == Archive::magic.substr(0, bytes.size()))
    throw Error(text::cat(file, ": the header is cut at byte ", bytes.size(), advice));
  if (!Archive::recognises(bytes))
    throw Error(text::cat(file, ": is not a model file (it does not begin like one, or its header is damaged)"));
  if (checksum(bytes.substr(0, header_size - 4)) != take<std::uint32_t>(bytes, header_size - 4))
    throw Error(text::cat(file, ": the header is damaged", advice));
  const auto written = take<std::uint32_t>(bytes, 8);
  if (written != Archive::version)
    throw Error(text::cat(file, ": is version ", written, " of the format; this talweg reads version ",
                          Archive::version, "; use the talweg that wrote it, or a newer one"));
  const Header header{take<std::uint32_t>(bytes, 12), take<std::uint64_t>(bytes, 16)};
  if (header.table_size > bytes.size() - header_size)
    throw Error(text::cat(file, ": is cut at byte ", bytes.size(), ", inside the table of entries", advice));
  if (checksum(bytes.substr(header_size, header.table_size)) != take<std::uint32_t>(bytes, 24))
    throw Error(text::cat(file, ": the table of entries is damaged", advice));
  return header;
}

std::uint64_t count(const std::vector<std::uint64_t>& shape) {
  std::uint64_t values = 1;
  for (const auto n : shape) values *= n;
  return values;
}

/// Name, type and shape of the next entry; none may claim more values than the file has bytes.
Archive::Entry read_entry(TableReader& reader, std::size_t file_size, const Archive& archive) {
  Archive::Entry e;
  e.name = reader.next_name();
  if (archive.has(e.name)) archive.fail(e.name, "stands there twice");
  e.type = static_cast<Archive::Type>(reader.next<std::uint8_t>());
  if (e.type < Archive::Type::float32 || e.type > Archive::Type::text) archive.fail(e.name, "is of an unknown type");
  e.shape.resize(reader.next<std::uint8_t>());
  std::uint64_t values = 1;
  for (auto& n : e.shape) {
    n = reader.next<std::uint64_t>();
    if (n != 0 && values > file_size / n) archive.fail(e.name, "has a shape larger than the file");
    values *= n;
  }
  return e;
}

}  // namespace

void Archive::add(std::string name, Type type, std::vector<std::uint64_t> shape, std::string bytes) {
  assert(!has(name));
  assert(count(shape) * size_of(type) == bytes.size());
  append({std::move(name), type, std::move(shape), std::move(bytes)});
}

void Archive::append(Entry entry) {
  places_.emplace(entry.name, entries_.size());
  entries_.push_back(std::move(entry));
}

void Archive::put(std::string name, std::span<const float> values, std::vector<std::uint64_t> shape) {
  if (shape.empty()) shape = {values.size()};
  add(std::move(name), Type::float32, std::move(shape), packed(values));
}

void Archive::put(std::string name, std::span<const double> values, std::vector<std::uint64_t> shape) {
  if (shape.empty()) shape = {values.size()};
  add(std::move(name), Type::float64, std::move(shape), packed(values));
}

void Archive::put(std::string name, std::span<const std::int64_t> values, std::vector<std::uint64_t> shape) {
  if (shape.empty()) shape = {values.size()};
  add(std::move(name), Type::int64, std::move(shape), packed(values));
}

void Archive::put(std::string name, std::string_view text) {
  add(std::move(name), Type::text, {text.size()}, std::string(text));
}

void Archive::put(std::string name, std::span<const std::byte> bytes) {
  put(std::move(name), std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void Archive::put(std::string name, std::span<const std::string> texts) {
  std::string all;
  for (const auto& text : texts) {
    put_bytes(all, static_cast<std::uint32_t>(text.size()));
    all += text;
  }
  put(std::move(name), std::string_view(all));
}

bool Archive::has(std::string_view name) const { return places_.contains(std::string(name)); }

void Archive::fail(std::string_view name, std::string_view what) const {
  throw Error(text::cat(origin_, ": damaged or foreign: entry '", name, "' ", what));
}

const Archive::Entry& Archive::entry(std::string_view name, Type type) const {
  const auto place = places_.find(std::string(name));
  if (place == places_.end()) fail(name, "is missing; the file was not written by this version of talweg");
  const Entry& found = entries_[place->second];
  if (found.type != type) fail(name, text::cat("holds ", name_of(found.type), ", not ", name_of(type)));
  return found;
}

std::vector<float> Archive::floats(std::string_view name) const {
  return unpacked<float>(entry(name, Type::float32).bytes);
}

std::vector<double> Archive::doubles(std::string_view name) const {
  return unpacked<double>(entry(name, Type::float64).bytes);
}

std::vector<std::int64_t> Archive::integers(std::string_view name) const {
  return unpacked<std::int64_t>(entry(name, Type::int64).bytes);
}

std::string Archive::text(std::string_view name) const { return entry(name, Type::text).bytes; }

std::vector<std::byte> Archive::raw(std::string_view name) const {
  const std::string& bytes = entry(name, Type::text).bytes;
  const auto* const begin = reinterpret_cast<const std::byte*>(bytes.data());
  return {begin, begin + bytes.size()};
}

std::vector<std::string> Archive::texts(std::string_view name) const {
  const std::string_view all = entry(name, Type::text).bytes;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < all.size();) {
    if (all.size() - at < 4) fail(name, "is not a list of texts");
    const auto length = take<std::uint32_t>(all, at);
    if (length > all.size() - at - 4) fail(name, "is not a list of texts");
    out.emplace_back(all.substr(at + 4, length));
    at += 4 + length;
  }
  return out;
}

double Archive::number(std::string_view name) const {
  const auto values = doubles(name);
  if (values.size() != 1) fail(name, "should be one number");
  return values[0];
}

std::int64_t Archive::integer(std::string_view name) const {
  const auto values = integers(name);
  if (values.size() != 1) fail(name, "should be one number");
  return values[0];
}

std::string Archive::bytes() const {
  std::string table;
  std::size_t data = 0;
  for (const auto& e : entries_) {
    put_bytes(table, static_cast<std::uint32_t>(e.name.size()));
    table += e.name;
    put_bytes(table, static_cast<std::uint8_t>(e.type));
    put_bytes(table, static_cast<std::uint8_t>(e.shape.size()));
    for (const auto n : e.shape) put_bytes(table, n);
    put_bytes(table, static_cast<std::uint64_t>(e.bytes.size()));
    put_bytes(table, checksum(e.bytes));
    data += e.bytes.size();
  }
  std::string out(magic);
  out.reserve(header_size + table.size() + data + 4);
  put_bytes(out, version);
  put_bytes(out, static_cast<std::uint32_t>(entries_.size()));
  put_bytes(out, static_cast<std::uint64_t>(table.size()));
  put_bytes(out, checksum(table));
  put_bytes(out, checksum(out));
  out += table;
  for (const auto& e : entries_) out += e.bytes;
  put_bytes(out, checksum(out));
  return out;
}

void Archive::save(const std::string& path) const { file::write(path, bytes()); }

Archive Archive::parse(std::string_view bytes, std::string origin) {
  Archive archive;
  archive.origin_ = std::move(origin);
  const std::string& file = archive.origin_;
  const Header header = read_header(bytes, file);
  TableReader reader{bytes.substr(header_size, header.table_size), file};
  std::size_t at = header_size + header.table_size;
  for (std::uint32_t i = 0; i < header.entries; ++i) {
    Entry e = read_entry(reader, bytes.size(), archive);
    const auto size = reader.next<std::uint64_t>();
    const auto sum = reader.next<std::uint32_t>();
    if (count(e.shape) * size_of(e.type) != size) archive.fail(e.name, "has a shape that does not fit its size");
    if (size > bytes.size() - at)
      archive.fail(e.name, text::cat("is cut: the file ends at byte ", bytes.size(), advice));
    e.bytes = bytes.substr(at, size);
    if (checksum(e.bytes) != sum) archive.fail(e.name, text::cat("is damaged (its checksum differs)", advice));
    at += size;
    archive.append(std::move(e));
  }
  if (reader.at != reader.table.size())
    throw Error(text::cat(file, ": the table of entries is longer than its entries"));
  if (bytes.size() - at < 4)
    throw Error(text::cat(file, ": is cut at byte ", bytes.size(), ", after the last entry", advice));
  if (bytes.size() - at > 4)
    throw Error(text::cat(file, ": ", bytes.size() - at - 4, " bytes follow the end of the data", advice));
  if (checksum(bytes.substr(0, at)) != take<std::uint32_t>(bytes, at))
    throw Error(text::cat(file, ": the closing checksum is damaged", advice));
  return archive;
}

Archive Archive::load(const std::string& path) { return parse(file::read(path), path); }

}  // namespace talweg
