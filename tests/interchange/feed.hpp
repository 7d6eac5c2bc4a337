#pragma once
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "interchange/onnx_run.hpp"
#include "interchange/sample_models.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"

/// Rows of files as the inputs of a graph, as a user of a runtime would bring them.
namespace talweg::testing {

inline std::string contents_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> out;
  std::istringstream in(contents_of_file(path));
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

/// Rows of libsvm, filled up with 0:0 to the longest.
inline OnnxValues feed_of_indices(const std::string& path) {
  std::vector<std::vector<std::pair<double, double>>> rows;
  std::size_t longest = 0;
  for (const auto& line : lines_of(path)) {
    std::istringstream in(line);
    std::string word;
    rows.emplace_back();
    for (in >> word; in >> word;) {
      const auto colon = word.find(':');
      rows.back().emplace_back(std::stod(word.substr(0, colon)), std::stod(word.substr(colon + 1)));
    }
    longest = std::max(longest, rows.back().size());
  }
  const std::vector<std::int64_t> shape{static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(longest)};
  OnnxTensor indices{onnx_int64, shape}, values{onnx_double, shape};
  for (auto& row : rows) {
    row.resize(longest);
    for (const auto& [index, value] : row) indices.numbers.push_back(index), values.numbers.push_back(value);
  }
  return {{"indices", indices}, {"values", values}};
}

inline OnnxValues feed_of_pixels(const std::string& path, std::int64_t pixels) {
  const std::string bytes = contents_of_file(path).substr(16);
  OnnxTensor t{onnx_double, {static_cast<std::int64_t>(bytes.size()) / pixels, pixels}};
  for (const char b : bytes) t.numbers.push_back(static_cast<unsigned char>(b));
  return {{"pixels", t}};
}

/// Each column by its name.
inline OnnxValues feed_of_table(const OnnxModel& graph, const std::string& path) {
  const data::Table table = data::read_table(path);
  const auto rows = static_cast<std::int64_t>(table.rows);
  OnnxValues out;
  for (const OnnxValue& input : graph.inputs) {
    const data::Column& column = table.column(input.name);
    OnnxTensor t{input.type, {rows, 1}};
    for (std::size_t r = 0; r < table.rows; ++r) {
      if (input.type == onnx_double)
        t.numbers.push_back(column.is_missing(r) ? std::numeric_limits<double>::quiet_NaN() : column.number(r));
      else if (column.kind == data::Column::Kind::text)
        t.texts.push_back(column.codes[r] < 0 ? "" : column.categories[static_cast<std::size_t>(column.codes[r])]);
      else
        t.texts.push_back(text::number(column.number(r)));
    }
    out[input.name] = std::move(t);
  }
  return out;
}

inline OnnxValues feed(const OnnxModel& graph, const Sample& sample) {
  const std::string& first = graph.inputs.at(0).name;
  if (first == "indices") return feed_of_indices(sample.rows);
  if (first == "pixels") return feed_of_pixels(sample.rows, std::stoll(graph.inputs[0].shape[1]));
  return feed_of_table(graph, sample.rows);
}

}  // namespace talweg::testing
