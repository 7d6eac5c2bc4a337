#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "interchange/onnx_reader.hpp"

/// Computes a graph as ONNX's description of its operations says, one operation after the other and slowly.
namespace talweg::testing {

using OnnxValues = std::map<std::string, OnnxTensor>;

class OnnxRun {
 public:
  OnnxRun(const OnnxModel& model, OnnxValues inputs) : values_(std::move(inputs)) {
    for (const auto& [name, tensor] : model.initializers) values_[name] = tensor;
    for (const OnnxNode& node : model.nodes) {
      node_ = &node;
      if (values_.count(node.output) > 0) fail("writes what is there: " + node.output);
      values_[node.output] = compute();
    }
  }
  const OnnxTensor& operator[](const std::string& name) const { return values_.at(name); }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error(node_->operation + " " + what); }
  const OnnxTensor& in(std::size_t k) const {
    const auto found = values_.find(node_->inputs.at(k));
    if (found == values_.end()) fail("reads what is not there: " + node_->inputs[k]);
    return found->second;
  }
  const OnnxAttribute& attribute(const std::string& name) const { return node_->attributes.at(name); }
  static std::int64_t count(const std::vector<std::int64_t>& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  }

  /// The element of `t` that stands at place `at` of `shape`, which it is stretched to.
  static std::size_t stretched(const OnnxTensor& t, const std::vector<std::int64_t>& shape, std::int64_t at) {
    std::int64_t place = 0, step = 1;
    for (std::size_t a = 0; a < shape.size(); ++a) {
      const std::int64_t here = at % shape[shape.size() - 1 - a];
      at /= shape[shape.size() - 1 - a];
      if (a >= t.shape.size()) continue;
      const std::int64_t length = t.shape[t.shape.size() - 1 - a];
      if (length > 1) place += here * step;
      step *= length;
    }
    return static_cast<std::size_t>(place);
  }

  /// Of one, two or three tensors, element by element.
  OnnxTensor each(int type, const std::function<double(const double*)>& f) const {
    OnnxTensor out{type, {}};
    std::size_t rank = 0;
    for (std::size_t k = 0; k < node_->inputs.size(); ++k) rank = std::max(rank, in(k).shape.size());
    out.shape.assign(rank, 1);
    for (std::size_t k = 0; k < node_->inputs.size(); ++k)
      for (std::size_t a = 0; a < in(k).shape.size(); ++a) {
        auto& length = out.shape[rank - 1 - a];
        const auto own = in(k).shape[in(k).shape.size() - 1 - a];
        if (own != 1 && length != 1 && own != length) fail("has shapes that do not fit");
        length = own == 1 ? length : own;
      }
    for (std::int64_t i = 0; i < count(out.shape); ++i) {
      double x[3] = {};
      for (std::size_t k = 0; k < node_->inputs.size(); ++k) x[k] = in(k).numbers.at(stretched(in(k), out.shape, i));
      out.numbers.push_back(f(x));
    }
    return out;
  }

  OnnxTensor concat() const {
    if (attribute("axis").integer != 1) fail("is along another axis");
    OnnxTensor out{in(0).type, {in(0).shape[0], 0}};
    for (std::size_t k = 0; k < node_->inputs.size(); ++k) out.shape[1] += in(k).shape.at(1);
    for (std::int64_t r = 0; r < out.shape[0]; ++r)
      for (std::size_t k = 0; k < node_->inputs.size(); ++k)
        for (std::int64_t c = 0; c < in(k).shape[1]; ++c)
          out.numbers.push_back(in(k).numbers.at(static_cast<std::size_t>(r * in(k).shape[1] + c)));
    return out;
  }

  OnnxTensor cast() const {
    OnnxTensor out = in(0);
    out.type = static_cast<int>(attribute("to").integer);
    if (out.type == onnx_float)
      for (double& v : out.numbers) v = static_cast<float>(v);
    return out;
  }

  OnnxTensor gather() const {
    const OnnxTensor &data = in(0), &which = in(1);
    const auto axis = static_cast<std::size_t>(node_->attributes.count("axis") > 0 ? attribute("axis").integer : 0);
    const std::int64_t before = axis == 0 ? 1 : data.shape[0], length = data.shape.at(axis),
                       behind = axis == 0 && data.shape.size() > 1 ? data.shape[1] : 1;
    OnnxTensor out{data.type, {}};
    if (axis == 1) out.shape.push_back(before);
    out.shape.insert(out.shape.end(), which.shape.begin(), which.shape.end());
    if (axis == 0) out.shape.insert(out.shape.end(), data.shape.begin() + 1, data.shape.end());
    for (std::int64_t b = 0; b < before; ++b)
      for (const double index : which.numbers)
        for (std::int64_t c = 0; c < behind; ++c) {
          if (index < 0 || index >= static_cast<double>(length)) fail("looks beyond the table");
          const auto at = static_cast<std::size_t>((b * length + static_cast<std::int64_t>(index)) * behind + c);
          data.type == onnx_string ? out.texts.push_back(data.texts.at(at))
                                   : out.numbers.push_back(data.numbers.at(at));
        }
    return out;
  }

  /// (…, n, m) × (…, m, k)
  OnnxTensor product(const OnnxTensor& a, const OnnxTensor& b) const {
    const std::size_t rank = a.shape.size();
    const std::int64_t n = a.shape[rank - 2], m = a.shape[rank - 1], k = b.shape[rank - 1],
                       blocks = rank == 3 ? a.shape[0] : 1;
    if (b.shape.size() != rank || b.shape[rank - 2] != m || (rank == 3 && b.shape[0] != blocks)) fail("does not fit");
    OnnxTensor out{a.type, a.shape};
    out.shape[rank - 1] = k;
    for (std::int64_t i = 0; i < blocks * n; ++i)
      for (std::int64_t c = 0; c < k; ++c) {
        double sum = 0;
        for (std::int64_t j = 0; j < m; ++j)
          sum += a.numbers.at(static_cast<std::size_t>(i * m + j)) *
                 b.numbers.at(static_cast<std::size_t>((i / n * m + j) * k + c));
        out.numbers.push_back(sum);
      }
    return out;
  }

  OnnxTensor gemm() const {
    OnnxTensor out = product(in(0), in(1));
    for (std::size_t i = 0; i < out.numbers.size(); ++i)
      out.numbers[i] += in(2).numbers.at(i % static_cast<std::size_t>(out.shape[1]));
    return out;
  }

  OnnxTensor reshaped() const {
    OnnxTensor out = in(0);
    if (node_->operation == "Flatten") {
      if (attribute("axis").integer != 1) fail("is at another axis");
      out.shape = {out.shape.at(0), count(out.shape) / std::max<std::int64_t>(out.shape[0], 1)};
      return out;
    }
    const auto axis = static_cast<std::ptrdiff_t>(in(1).numbers.at(0));
    if (node_->operation == "Unsqueeze") {
      out.shape.insert(out.shape.begin() + axis, 1);
    } else {
      if (out.shape.at(static_cast<std::size_t>(axis)) != 1) fail("takes away an axis that is not 1");
      out.shape.erase(out.shape.begin() + axis);
    }
    return out;
  }

  OnnxTensor encoded_labels() const {
    const auto& whole = attribute("values_int64s").integers;
    const auto& texts =
        node_->attributes.count("keys_strings") > 0 ? attribute("keys_strings").texts : std::vector<std::string>();
    OnnxTensor out{onnx_int64, in(0).shape};
    const auto put = [&](const auto& keys, const auto& key) {
      const auto found = std::find(keys.begin(), keys.end(), key);
      out.numbers.push_back(static_cast<double>(found == keys.end()
                                                    ? attribute("default_int64").integer
                                                    : whole.at(static_cast<std::size_t>(found - keys.begin()))));
    };
    if (in(0).type == onnx_string)
      for (const auto& text : in(0).texts) put(texts, text);
    else
      for (const double v : in(0).numbers) put(attribute("keys_int64s").integers, static_cast<std::int64_t>(v));
    return out;
  }

  OnnxTensor one_hot() const {
    const auto& categories = attribute("cats_strings").texts;
    if (attribute("zeros").integer != 1) fail("refuses the unknown");
    OnnxTensor out{onnx_float, in(0).shape};
    out.shape.push_back(static_cast<std::int64_t>(categories.size()));
    for (const auto& text : in(0).texts)
      for (const auto& category : categories) out.numbers.push_back(text == category ? 1 : 0);
    return out;
  }

  /// Each row by itself.
  OnnxTensor of_rows(const std::function<void(std::vector<double>&)>& f, OnnxTensor out) const {
    const OnnxTensor& x = in(0);
    const auto width = static_cast<std::ptrdiff_t>(x.shape.at(x.shape.size() - 1));
    for (auto at = x.numbers.begin(); at != x.numbers.end(); at += width) {
      std::vector<double> row(at, at + width);
      f(row);
      out.numbers.insert(out.numbers.end(), row.begin(), row.end());
    }
    return out;
  }

  OnnxTensor compute() const {
    using Row = std::vector<double>;
    const std::string& op = node_->operation;
    static const std::map<std::string, std::function<double(const double*)>> numeric{
        {"Add", [](const double* x) { return x[0] + x[1]; }},
        {"Sub", [](const double* x) { return x[0] - x[1]; }},
        {"Mul", [](const double* x) { return x[0] * x[1]; }},
        {"Div", [](const double* x) { return x[0] / x[1]; }},
        {"Min", [](const double* x) { return std::min(x[0], x[1]); }},
        {"Max", [](const double* x) { return std::max(x[0], x[1]); }},
        {"Where", [](const double* x) { return x[0] != 0 ? x[1] : x[2]; }},
        {"Exp", [](const double* x) { return std::exp(x[0]); }},
        {"Log", [](const double* x) { return std::log(x[0]); }},
        {"Neg", [](const double* x) { return -x[0]; }},
        {"Abs", [](const double* x) { return std::abs(x[0]); }},
        {"Relu", [](const double* x) { return std::max(x[0], 0.0); }},
        {"Tanh", [](const double* x) { return std::tanh(x[0]); }},
        {"Sigmoid", [](const double* x) { return 1 / (1 + std::exp(-x[0])); }}};
    static const std::map<std::string, std::function<double(const double*)>> truths{
        {"Less", [](const double* x) { return x[0] < x[1] ? 1.0 : 0.0; }},
        {"Greater", [](const double* x) { return x[0] > x[1] ? 1.0 : 0.0; }},
        {"Equal", [](const double* x) { return x[0] == x[1] ? 1.0 : 0.0; }},
        {"Or", [](const double* x) { return x[0] != 0 || x[1] != 0 ? 1.0 : 0.0; }},
        {"IsNaN", [](const double* x) { return std::isnan(x[0]) ? 1.0 : 0.0; }}};
    if (const auto f = numeric.find(op); f != numeric.end()) return each(onnx_double, f->second);
    if (const auto f = truths.find(op); f != truths.end()) return each(onnx_bool, f->second);
    if (op == "Concat") return concat();
    if (op == "Cast") return cast();
    if (op == "Gather") return gather();
    if (op == "MatMul") return product(in(0), in(1));
    if (op == "Gemm") return gemm();
    if (op == "Flatten" || op == "Squeeze" || op == "Unsqueeze") return reshaped();
    if (op == "LabelEncoder") return encoded_labels();
    if (op == "OneHotEncoder") return one_hot();
    auto shorter = in(0).shape;
    shorter.pop_back();
    if (op == "ReduceSum")
      return of_rows([](Row& r) { r = {std::accumulate(r.begin(), r.end(), 0.0)}; }, {onnx_double, shorter});
    if (op == "ArgMax")
      return of_rows([](Row& r) { r = {static_cast<double>(std::max_element(r.begin(), r.end()) - r.begin())}; },
                     {onnx_int64, shorter});
    if (op == "Softmax")
      return of_rows(
          [](Row& r) {
            const double most = *std::max_element(r.begin(), r.end());
            for (double& v : r) v = std::exp(v - most);
            const double sum = std::accumulate(r.begin(), r.end(), 0.0);
            for (double& v : r) v /= sum;
          },
          {onnx_double, in(0).shape});
    fail("is no operation of these graphs");
  }

  OnnxValues values_;
  const OnnxNode* node_ = nullptr;
};

}  // namespace talweg::testing
