// Every function of the grammar, by several methods, on the scalar tape and over rows: the paths have the same bits on
// every processor and from every compiler. CI runs this once more under an emulated processor of 2006, which has no
// fused multiply-add; the build with clang and the sanitizers has the same table.
#include <gtest/gtest.h>

#include <map>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/base/sha256.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/input.hpp"
#include "talweg/formula/functions.hpp"

namespace talweg::api {
namespace {

constexpr std::string_view methods[] = {"gd,learning_rate=0.05", "momentum,learning_rate=0.02",
                                        "adam,learning_rate=0.05", "lbfgs", "cg"};

std::string call(const formula::FunctionName& f, std::string_view first, std::string_view second) {
  return f.arguments == 1 ? text::cat(f.name, "(", first, ")") : text::cat(f.name, "(", first, ", ", second, ")");
}

MinimizeRequest request(std::string formula, std::string_view method) {
  MinimizeRequest r;
  r.formula = std::move(formula);
  r.start = parse_start("a=0.9,b=0.4");
  r.method.optimizer = std::string(method);
  r.options.max_iterations = 40;
  r.options.tolerance = 0;
  return r;
}

data::Input rows() {
  std::vector<double> x, y;
  for (int i = 0; i < 37; ++i) x.push_back(0.3 + i / 64.0), y.push_back(0.25 + (i * i % 11) / 16.0);
  std::vector<data::Column> columns;
  columns.push_back(data::numbers("x", std::move(x)));
  columns.push_back(data::numbers("y", std::move(y)));
  return data::table_of(std::move(columns));
}

/// All paths of a function in one digest.
std::string digest(const formula::FunctionName& f) {
  std::string hashes;
  for (const std::string_view method : methods) {
    hashes +=
        minimize(request(text::cat("(", call(f, "a/3 + b^2/9 + 0.1", "b/3 + 0.4"), " - 0.6)^2 + (a-b)^2/4"), method))
            .trace_hash;
    MinimizeRequest over_rows =
        request(text::cat("mean((", call(f, "a*x/3 + 0.1", "b*x + 0.2"), " - b*y)^2) + (a-b)^2/4"), method);
    over_rows.data = rows();
    hashes += minimize(over_rows).trace_hash;
  }
  Sha256 sha;
  sha.add(std::string_view(hashes));
  return sha.hex().substr(0, 16);
}

TEST(TraceBits, AreTheSameOnEveryProcessorAndFromEveryCompiler) {
  const std::map<std::string_view, std::string_view> stored{
      {"exp", "7a024951e095fa0e"},      {"log", "edc3ac3b0ebbbe05"},   {"sqrt", "a3bb04262e2aa63a"},
      {"sin", "9e5a1b7b1def23ae"},      {"cos", "b940338d7dc9e056"},   {"tan", "2310b4d1d042af4c"},
      {"tanh", "0764346c8aec9ee0"},     {"sinh", "db6fff0b3e77bf07"},  {"cosh", "a25e5bf200f5da99"},
      {"asin", "09a61ce313d57e2c"},     {"acos", "28d12be0c3fdecc2"},  {"atan", "77c5d9dc3a056682"},
      {"abs", "af683a82daf5f08c"},      {"min", "af683a82daf5f08c"},   {"max", "ea0248c068b7fe9d"},
      {"pow", "0ee513dfdb9af2f9"},      {"relu", "af683a82daf5f08c"},  {"sigmoid", "3348719185c5a196"},
      {"softplus", "f362c3061f2c4469"}, {"log10", "b5325d63ba34d6c4"}, {"log2", "63c2bb4038196e2f"},
      {"log1p", "fc84cca70caa9e24"},    {"expm1", "9e5a2166b8d72485"}, {"erf", "4dd7810f9c29f8b4"},
      {"sign", "8c53d2e9ea62f9a0"},     {"atan2", "2aed835a0c902832"}, {"hypot", "362e62350231b5c9"},
  };
  for (const formula::FunctionName& f : formula::all_functions()) {
    const std::string found = digest(f);
    const auto it = stored.find(f.name);
    EXPECT_TRUE(it != stored.end() && it->second == found) << "{\"" << f.name << "\", \"" << found << "\"},";
  }
}

}  // namespace
}  // namespace talweg::api
