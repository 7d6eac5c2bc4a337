#include <charconv>
#include <cmath>
#include <cstdint>

#include "talweg/base/text.hpp"
#include "talweg/interchange/write.hpp"

namespace talweg::interchange {

namespace {

class ArrayWriter {
 public:
  explicit ArrayWriter(const Sink& sink) : sink_(sink) {}

  void write(const Array& array) {
    std::visit(
        [&](const auto& values) {
          std::size_t next = 0;
          axis(array.shape, 0, values, next);
        },
        array.values);
  }

  void flush() {
    sink_(out_);
    out_.clear();
  }

 private:
  template <class T>
  void axis(const std::vector<std::uint64_t>& shape, std::size_t depth, const std::vector<T>& values,
            std::size_t& next) {
    out_ += '[';
    for (std::uint64_t k = 0; k < shape[depth]; ++k) {
      if (k > 0) out_ += ", ";
      if (depth + 1 < shape.size())
        axis(shape, depth + 1, values, next);
      else
        number(values[next++]);
    }
    out_ += ']';
    if (out_.size() > enough) flush();
  }

  void number(std::int64_t value) { out_ += text::cat(value); }
  /// A float as the double that it is: its own shortest decimal would be read as another double.
  void number(double value) {
    char buffer[32];
    out_.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
    if (value == 0 && std::signbit(value)) out_ += ".0";  // "-0" is read as a whole number, which has no such zero
  }

  static constexpr std::size_t enough = 1 << 16;
  const Sink& sink_;
  std::string out_;
};

}  // namespace

void write_json(const Contents& contents, const Sink& sink) {
  std::string head = "{\n";
  for (const auto& [name, value] : contents.about) head += text::cat("\"", name, "\": ", value, ",\n");
  sink(head + "\"arrays\": {");
  ArrayWriter writer(sink);
  for (const Array& array : contents.arrays) {
    sink(text::cat(&array == contents.arrays.data() ? "\n" : ",\n", "\"", array.name, "\": "));
    writer.write(array);
    writer.flush();
  }
  sink("\n}\n}\n");
}

}  // namespace talweg::interchange
