#include "talweg/data/idx.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::size_t size_of(unsigned char type) {
  switch (type) {
    case 0x08:
    case 0x09:
      return 1;
    case 0x0b:
      return 2;
    case 0x0c:
    case 0x0d:
      return 4;
    case 0x0e:
      return 8;
    default:
      return 0;
  }
}

double value_of(unsigned char type, std::string_view bytes) {
  const std::uint64_t bits = big_endian(bytes);
  switch (type) {
    case 0x09:
      return static_cast<std::int8_t>(bits);
    case 0x0b:
      return static_cast<std::int16_t>(bits);
    case 0x0c:
      return static_cast<std::int32_t>(bits);
    case 0x0d:
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    case 0x0e:
      return std::bit_cast<double>(bits);
    default:
      return static_cast<double>(bits);
  }
}

struct Shape {
  unsigned char type;
  std::size_t axes, rows, width, data;  ///< `data` is the offset of the first value
};

constexpr std::size_t most_values = std::size_t{1} << 20;  // each becomes a column

/// "2 x 28 x 28 values, from byte 4 on"
std::string sizes(std::string_view content, std::size_t axes) {
  std::string out;
  for (std::size_t a = 0; a < axes; ++a)
    out += text::cat(a == 0 ? "" : " x ", big_endian(content.substr(4 + 4 * a, 4)));
  return out + " values, from byte 4 on";
}

Shape read_shape(std::string_view content, const std::string& origin) {
  Shape shape{static_cast<unsigned char>(content[2]), static_cast<unsigned char>(content[3]), 0, 1, 0};
  shape.data = 4 + 4 * shape.axes;
  if (content.size() < shape.data)
    throw Error(
        text::cat(origin, ": the IDX header is cut at byte ", content.size(), "; copy or download the file again"));
  shape.rows = big_endian(content.substr(4, 4));
  if (shape.rows == 0) throw Error(text::cat(origin, ": is empty: its IDX header counts 0 items"));
  // No product may go beyond what the file can hold: then none overflows.
  const std::size_t there = (content.size() - shape.data) / size_of(shape.type);
  const auto misfit = [&](std::string_view needs) {
    throw Error(text::cat(origin, ": holds ", content.size(), " bytes where its IDX header (",
                          sizes(content, shape.axes), ") needs ", needs, "; copy or download the file again"));
  };
  for (std::size_t a = 1; a < shape.axes; ++a) {
    const std::size_t n = big_endian(content.substr(4 + 4 * a, 4));
    if (n == 0)
      throw Error(text::cat(origin, ": axis ", a + 1, " of the IDX header, at byte ", 4 + 4 * a,
                            ", is 0; the file is damaged"));
    if (n > there / shape.width) misfit("more");
    shape.width *= n;
  }
  if (shape.rows > there / shape.width) misfit("more");
  const std::size_t needed = shape.data + shape.rows * shape.width * size_of(shape.type);
  if (content.size() != needed) misfit(text::cat(needed));
  if (shape.width > most_values)
    throw Error(text::cat(origin, ": has ", shape.width, " values an item; more than ", most_values,
                          " are too many for inputs: make the images smaller"));
  return shape;
}

}  // namespace

bool is_idx(std::string_view content) {
  return content.size() >= 4 && content[0] == 0 && content[1] == 0 &&
         size_of(static_cast<unsigned char>(content[2])) > 0 && content[3] >= 1 && content[3] <= 4;
}

Table read_idx(std::string_view content, const std::string& origin) {
  const Shape shape = read_shape(content, origin);
  Table table;
  table.origin = origin;
  table.format = Format::idx;
  table.labels_apart = true;
  table.rows = shape.rows;
  table.columns.resize(shape.width);
  const bool pixels = shape.type == 0x08;
  for (std::size_t c = 0; c < shape.width; ++c) {
    auto& column = table.columns[c];
    column.name = shape.axes == 1 ? "label" : text::cat("pixel", c + 1);
    if (pixels)
      column.bytes.resize(shape.rows);
    else
      column.numbers.resize(shape.rows);
  }
  const std::size_t size = size_of(shape.type);
  constexpr std::size_t block = 64;  // rows turned into columns at a time, so that the pages written to stay in cache
  for (std::size_t first = 0; first < shape.rows; first += block)
    for (std::size_t c = 0; c < shape.width; ++c)
      for (std::size_t r = first; r < std::min(first + block, shape.rows); ++r) {
        const std::size_t at = shape.data + (r * shape.width + c) * size;
        if (pixels)
          table.columns[c].bytes[r] = static_cast<std::uint8_t>(content[at]);
        else
          table.columns[c].numbers[r] = value_of(shape.type, content.substr(at, size));
      }
  return table;
}

}  // namespace talweg::data
