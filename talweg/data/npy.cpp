#include "talweg/data/npy.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <set>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/input.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/zip.hpp"

namespace talweg::data {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr double exact_integers = 0x1p53;

struct Header {
  std::string type;  ///< "<f8"
  bool by_columns = false;
  std::vector<std::uint64_t> shape;
  std::size_t end = 0;
};

/// An array as rows of cells.
struct Array {
  std::size_t rows = 0, width = 0;
  std::vector<Column> columns;  ///< (width), without names
  bool scalar = false;
};

class Parser {
 public:
  Parser(std::string_view bytes, std::string origin) : bytes_(bytes), origin_(std::move(origin)) {}

  Array read() {
    read_header();
    Array array;
    array.scalar = header_.shape.empty();
    if (array.scalar) return array;
    array.rows = header_.shape[0];
    array.width = 1;
    for (std::size_t k = 1; k < header_.shape.size(); ++k)
      if (header_.shape[k] != 0 && array.width > bytes_.size() / header_.shape[k])
        fail_short();
      else
        array.width *= header_.shape[k];
    read_cells(array);
    return array;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(text::cat(origin_, ": ", what)); }
  [[noreturn]] void fail_short() const { fail("ends too early, or its header is damaged; write the file again"); }

  std::size_t little(std::size_t at, std::size_t size) const {
    std::size_t value = 0;
    for (std::size_t k = size; k-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes_[at + k]);
    return value;
  }

  /// The header is a dict of Python: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
  void read_header() {
    if (bytes_.size() < 12 || !bytes_.starts_with(magic)) fail_short();
    const std::size_t sized = bytes_[6] == 1 ? 2 : 4, begin = 8 + sized, length = little(8, sized);
    if (length > bytes_.size() - begin) fail_short();
    const std::string_view dict = bytes_.substr(begin, length);
    header_.end = begin + length;
    const std::string_view type = value_of(dict, "'descr'");
    if (type.starts_with('['))
      fail("holds records of several fields; write its columns as numpy.savez(file, name=column, …)");
    header_.type = type.substr(1, type.find(type.front(), 1) - 1);
    header_.by_columns = value_of(dict, "'fortran_order'").starts_with("True");
    std::string_view shape = value_of(dict, "'shape'");
    shape = shape.substr(1, shape.find(')') - 1);
    for (const auto piece : text::split(shape, ','))
      if (const auto n = text::parse_integer(text::trim(piece)); n && *n >= 0)
        header_.shape.push_back(static_cast<std::uint64_t>(*n));
      else if (!text::trim(piece).empty())
        fail_short();
  }
  std::string_view value_of(std::string_view dict, std::string_view key) const {
    const std::size_t at = dict.find(key), colon = at == dict.npos ? at : dict.find(':', at);
    if (colon == dict.npos) fail_short();
    const std::string_view value = text::trim(dict.substr(colon + 1));
    if (value.size() < 2) fail_short();
    return value;
  }

  void read_cells(Array& array) {
    const std::string& type = header_.type;
    const auto size = type.size() > 2 ? text::parse_integer(std::string_view(type).substr(2)) : std::nullopt;
    if (type.size() < 2) fail_short();
    const char kind = size && *size >= 0 ? type[1] : '?';
    const bool text = kind == 'U' || kind == 'S';
    const auto step = static_cast<std::size_t>(size.value_or(0)) * (kind == 'U' ? 4 : 1);
    const bool known =
        text || (kind == 'f' && (*size == 2 || *size == 4 || *size == 8)) ||
        ((kind == 'i' || kind == 'u') && std::has_single_bit(static_cast<std::uint64_t>(*size)) && *size <= 8) ||
        (kind == 'b' && *size == 1);
    if (!known)
      fail(text::cat("holds '", type,
                     "', where numbers of up to 64 bits or texts are read; convert it, as in array.astype(float)"));
    const std::string_view cells = bytes_.substr(header_.end);
    if (array.width > 0 && step > 0 && array.rows > cells.size() / step / array.width) fail_short();
    swap_ = (type[0] == '>') == (std::endian::native == std::endian::little) && step > 1;
    array.columns.resize(array.width);
    for (std::size_t c = 0; c < array.width; ++c) {
      const auto cell = [&](std::size_t r) {
        const std::size_t place = header_.by_columns ? place_by_columns(array, r, c) : r * array.width + c;
        return cells.substr(place * step, step);
      };
      text ? read_texts(array.rows, cell, kind == 'U', array.columns[c])
           : read_numbers(array.rows, cell, kind, array.columns[c]);
    }
  }

  /// In Fortran's order the first axis runs fastest; of the others, flattened as in C, the last one of `c` does.
  std::size_t place_by_columns(const Array& array, std::size_t r, std::size_t c) const {
    std::size_t place = 0, left = c;
    for (std::size_t k = header_.shape.size() - 1; k > 0; --k) {
      std::size_t stride = array.rows;
      for (std::size_t j = 1; j < k; ++j) stride *= header_.shape[j];
      place += left % header_.shape[k] * stride;
      left /= header_.shape[k];
    }
    return place + r;
  }

  template <class Cell> void read_texts(std::size_t rows, Cell cell, bool wide, Column& column) const {
    std::vector<std::string> values;
    for (std::size_t r = 0; r < rows; ++r) values.push_back(wide ? utf8(cell(r)) : narrow(cell(r)));
    column = texts("", values);
  }
  static std::string narrow(std::string_view cell) { return std::string(cell.substr(0, cell.find('\0'))); }
  std::string utf8(std::string_view cell) const {
    std::string out;
    for (std::size_t at = 0; at + 4 <= cell.size(); at += 4) {
      const auto c = number_of<std::uint32_t>(cell.substr(at, 4));
      if (c == 0) break;
      if (c < 0x80) {
        out += static_cast<char>(c);
      } else {
        const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        out += static_cast<char>((0xff00 >> (more + 1) & 0xff) | (c >> 6 * more & 0x3f));
        for (int k = more - 1; k >= 0; --k) out += static_cast<char>(0x80 | (c >> 6 * k & 0x3f));
      }
    }
    return out;
  }

  template <class Cell> void read_numbers(std::size_t rows, Cell cell, char kind, Column& column) const {
    column.numbers.reserve(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      const double value = number(cell(r), kind);
      if (std::isinf(value))
        fail(text::cat("row ", r + 1, " holds ", value, "; correct it, or make it NaN where the value is not known"));
      column.missing += std::isnan(value);
      if (kind != 'f' && std::abs(value) >= exact_integers && column.merged.empty())
        column.merged = text::cat(
            origin_, ": row ", r + 1,
            " holds a whole number beyond 2^53, up to which double tells them apart; leave its column out with ",
            text::option("ignore"), ", or take it for texts with ", text::option("category"));
      column.numbers.push_back(value);
    }
  }

  template <class T> T number_of(std::string_view cell) const {
    char bytes[sizeof(T)];
    for (std::size_t k = 0; k < sizeof(T); ++k) bytes[k] = cell[swap_ ? sizeof(T) - 1 - k : k];
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
  }
  double number(std::string_view cell, char kind) const {
    const bool is_signed = kind == 'i';
    if (kind == 'f')
      return cell.size() == 8   ? number_of<double>(cell)
             : cell.size() == 4 ? number_of<float>(cell)
                                : half(number_of<std::uint16_t>(cell));
    switch (cell.size()) {
      case 1:
        return is_signed ? number_of<std::int8_t>(cell) : number_of<std::uint8_t>(cell);
      case 2:
        return is_signed ? number_of<std::int16_t>(cell) : number_of<std::uint16_t>(cell);
      case 4:
        return is_signed ? number_of<std::int32_t>(cell) : number_of<std::uint32_t>(cell);
      default:
        return is_signed ? static_cast<double>(number_of<std::int64_t>(cell))
                         : static_cast<double>(number_of<std::uint64_t>(cell));
    }
  }
  /// IEEE half precision: 1 bit of sign, 5 of exponent, 10 of fraction.
  static double half(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 31  ? (fraction ? std::nan("") : HUGE_VAL)
                        : exponent == 0 ? std::ldexp(fraction, -24)
                                        : std::ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -size : size;
  }

  std::string_view bytes_;
  std::string origin_;
  Header header_;
  bool swap_ = false;
};

void check_reading(const Reading& reading, std::string_view what) {
  reading.refuse_except({"date", "category", "number", "drop_missing_target", "id", "keep"}, what);
  reading.check();
}

Table finish(std::vector<Column> columns, const std::string& origin, const CsvOptions& options, bool named) {
  Table table = table_of(std::move(columns), origin);
  table.header = named;
  return conform(std::move(table), options);
}

}  // namespace

bool is_npy(std::string_view content) { return content.starts_with(magic); }

bool is_npz(std::string_view content) {
  constexpr std::size_t header = 30;
  if (!content.starts_with("PK\x03\x04") || content.size() < header) return false;
  const std::size_t length = static_cast<unsigned char>(content[26]) + 256u * static_cast<unsigned char>(content[27]);
  return content.substr(header, length).ends_with(".npy");
}

Table read_npy(std::string_view content, const std::string& origin, const CsvOptions& options) {
  check_reading(options.reading, "an array");
  Array array = Parser(content, origin).read();
  if (array.scalar || array.rows == 0 || array.width == 0)
    throw Error(text::cat(origin, ": holds no rows; a table needs at least one"));
  for (std::size_t c = 0; c < array.width; ++c) array.columns[c].name = text::cat("c", c + 1);
  for (const auto& names : options.layouts)
    if (names.size() == array.width)
      for (std::size_t c = 0; c < array.width; ++c) array.columns[c].name = names[c];
  Table table = finish(std::move(array.columns), origin, options, false);
  table.labels_apart = true;
  table.form = "NPY";
  return table;
}

Table read_npz(std::string_view content, const std::string& origin, const CsvOptions& options) {
  check_reading(options.reading, "arrays");
  std::vector<Column> columns;
  std::string left_out, sizes;
  std::set<std::size_t> rows;
  for (const ZipMember& member : unzip(content, origin)) {
    const std::string name = member.name.substr(0, member.name.size() - (member.name.ends_with(".npy") ? 4 : 0));
    Array array = Parser(member.bytes, text::cat(origin, ": ", text::shown(name))).read();
    if (array.scalar) {
      left_out += (left_out.empty() ? "" : ", ") + name;
      continue;
    }
    rows.insert(array.rows);
    sizes += text::cat(sizes.empty() ? "" : ", ", text::shown(name), " has ", array.rows);
    for (std::size_t c = 0; c < array.width; ++c) {
      array.columns[c].name = array.width == 1 ? name : text::cat(name, c + 1);
      columns.push_back(std::move(array.columns[c]));
    }
  }
  if (rows.size() > 1)
    throw Error(text::cat(origin, ": its arrays have different numbers of rows: ", sizes,
                          "; write those of one table alone, as in numpy.savez(file, X=X, y=y)"));
  if (columns.empty() || *rows.begin() == 0)
    throw Error(text::cat(origin, ": holds no rows; a table needs at least one"));
  Table table = finish(std::move(columns), origin, options, true);
  table.form = "NPZ";
  if (!left_out.empty()) table.notes.push_back(text::cat("single values are no columns: ", left_out));
  return table;
}

}  // namespace talweg::data
