// A minimisation as text and JSON.
#include "talweg/api/minimize/minimize.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/present/minimize/minimize_report.hpp"

namespace talweg::api {

using namespace present;
namespace {

MinimizeRequest request(std::string formula, std::string_view start, std::string optimizer, std::int64_t iterations) {
  MinimizeRequest r;
  r.formula = std::move(formula);
  r.start = parse_start(start);
  r.method.optimizer = std::move(optimizer);
  r.options.max_iterations = iterations;
  r.options.tolerance = 0;
  r.trace = true;
  return r;
}

TEST(Render, JsonHasTheKeysOthersRelyOn) {
  const auto outcome = minimize(request("x^2 + y^2", "y=1,x=10", "adam,learning_rate=0.5", 2));
  const auto d = nlohmann::ordered_json::parse(render(outcome, Format::json));
  std::vector<std::string> keys;
  for (const auto& [key, value] : d.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"formula", "optimizer", "status", "success", "message", "x", "value",
                                            "gradient_norm", "iterations", "evaluations", "trace_hash", "certificate",
                                            "constraint_violation", "multipliers", "trace"}));
  keys.clear();
  for (const auto& [key, value] : d["certificate"].items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"kind", "smallest_curvature", "checked"}));
  EXPECT_EQ(d["certificate"]["kind"], "unchecked");
  EXPECT_TRUE(d["certificate"]["smallest_curvature"].is_null());
  EXPECT_EQ(d["certificate"]["checked"], 0);
  EXPECT_EQ(d["x"].begin().key(), "y");
  EXPECT_EQ(d["evaluations"]["function"], 3);
  EXPECT_EQ(d["evaluations"]["check"], 0);
  ASSERT_EQ(d["trace"].size(), 3u);
  EXPECT_EQ(d["trace"][0]["iteration"], 0);
  EXPECT_TRUE(d["trace"][0]["state"].empty());
  EXPECT_EQ(d["trace"][1]["x"], (std::vector<double>{outcome.trace[1].x[0], outcome.trace[1].x[1]}));
  EXPECT_EQ(d["trace"][1]["gradient"][1], outcome.trace[1].gradient[1]);
  for (const char* key :
       {"first_moment", "second_moment", "corrected_first_moment", "corrected_second_moment", "learning_rate"})
    EXPECT_EQ(d["trace"][1]["state"][key].size(), 2u) << key;
  EXPECT_FALSE(d.contains("last"));
}

TEST(Render, JsonGivesTheLastPointWhenItIsNotTheBest) {
  auto r = request("x^2", "x=1", "gd,learning_rate=10", 100);
  r.options.tolerance = 1e-8;
  const auto d = nlohmann::json::parse(render(minimize(r), Format::json));
  EXPECT_EQ(d["x"]["x"], 1.0);
  EXPECT_TRUE(d["last"]["x"].contains("x"));
  EXPECT_GT(d["last"]["value"], 1e10);
  EXPECT_EQ(d["status"], "diverged");
  EXPECT_EQ(d["success"], false);
}

TEST(Render, JsonHasNullForWhatIsNotFinite) {
  const auto d = nlohmann::json::parse(render(minimize(request("log(x)", "x=-1", "gd", 3)), Format::json));
  EXPECT_TRUE(d["value"].is_null());
  EXPECT_EQ(d["status"], "not_finite");
}

TEST(Render, TablesLookLikeALectures) {
  const auto text = [](const char* optimizer, Format format) {
    auto outcome = minimize(request("x^2", "x=10", optimizer, 2));
    outcome.result.message = "done";
    return render(outcome, format);
  };
  EXPECT_EQ(text("gd,learning_rate=0.1", Format::table),
            "iteration          x        f(x)\n"
            "        0  10.000000  100.000000\n"
            "        1   8.000000   64.000000\n"
            "        2   6.400000   40.960000\n"
            "\ndone.\n");
  EXPECT_EQ(text("adagrad,learning_rate=1", Format::table),
            "iteration          x        f(x)  learning_rate\n"
            "        0  10.000000  100.000000\n"
            "        1   9.000000   81.000000       0.050000\n"
            "        2   8.331035   69.406149       0.037165\n"
            "\ndone.\n");
  EXPECT_EQ(text("adam,learning_rate=0.5", Format::markdown),
            "| iteration |         x |       f(x) | first_moment | second_moment |\n"
            "|----------:|----------:|-----------:|-------------:|--------------:|\n"
            "|         0 | 10.000000 | 100.000000 |              |               |\n"
            "|         1 |  9.500000 |  90.250000 |     2.000000 |      0.400000 |\n"
            "|         2 |  9.000832 |  81.014984 |     3.700000 |      0.760600 |\n"
            "\ndone.\n");
  EXPECT_EQ(text("momentum,learning_rate=0.1", Format::csv).substr(0, 50),
            "iteration,x,f,velocity,learning_rate,gradient\n0,10");
  EXPECT_NE(text("momentum,learning_rate=0.1", Format::latex).find("$1$ & $8.000000$ & $64.000000$ & $2.000000$ \\\\"),
            std::string::npos);
}

TEST(Render, FormatsAreNamed) {
  EXPECT_EQ(parse_format("markdown"), Format::markdown);
  try {
    parse_format("jsn");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'json'"), std::string::npos);
  }
}

}  // namespace
}  // namespace talweg::api
