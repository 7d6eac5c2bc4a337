#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;
using Arguments = std::vector<std::string>;
using Json = nlohmann::ordered_json;

class Fit : public ::testing::Test {
 protected:
  Ran fit(Arguments rest) const {
    rest.insert(rest.begin(), {"fit", file});
    return run_command(rest);
  }
  Ran on(const std::string& rows, Arguments rest) const {
    rest.insert(rest.begin(), {"fit", put(folder / "other.csv", rows)});
    return run_command(rest);
  }
  static std::string rows() {
    std::string out = "x,y,w,word\n";
    for (int i = 0; i < 12; ++i) {
      const double x = 0.5 * i, y = 2 * std::exp(-0.7 * x) + 0.3 + 0.01 * ((i * 7) % 5 - 2);
      out += std::to_string(x) + "," + std::to_string(y) + "," + std::to_string(1 + i % 3) + ",w" + std::to_string(i) +
             "\n";
    }
    return out;
  }
  const Folder folder;
  const std::string file = put(folder / "decay.csv", rows());
  const std::string model = "y ~ a*exp(-b*x)+c";
  const Arguments start{"--start", "a=1,b=1,c=0"};
};

TEST_F(Fit, WhatTheRowsDetermineHasErrorsBesideWhatTheyDoNot) {
  const std::string line = "x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n";
  const Json whole = Json::parse(on(line, {"y ~ a + b*x", "--start", "a=0,b=0", "--format", "json"}).out);
  for (const bool idle : {true, false}) {  // c has no effect; c and d are one
    const Ran ran = on(line, {idle ? "y ~ a + b*x + 0*c" : "y ~ a + b*x + (c + d)*x^2", "--start",
                              idle ? "a=0,b=0,c=1" : "a=0,b=0,c=0,d=0", "--format", "json"});
    EXPECT_EQ(ran.status, 1) << ran.err;
    const Json json = Json::parse(ran.out);
    EXPECT_EQ(json["status"], "singular");
    EXPECT_EQ(json["success"], false);
    EXPECT_TRUE(json["standard_errors"]["c"].is_null());
    ASSERT_FALSE(json["standard_errors"]["a"].is_null());
    if (idle) {
      EXPECT_NEAR(json["standard_errors"]["a"], whole["standard_errors"]["a"], 1e-12);
      EXPECT_NEAR(json["intervals"]["b"][1], whole["intervals"]["b"][1], 1e-9);
    }
  }
}

TEST_F(Fit, ColumnsOfAnyNameStandInBackquotes) {
  const Ran ran = on("size in m,a ~ b,e\n1,3,0\n2,5,0\n3,7,0\n4,9.1,1\n",
                     {"`a ~ b` ~ p + q*`size in m` + 0*`e`", "--start", "p=0,q=1", "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_NEAR(Json::parse(ran.out)["parameters"]["q"], 2, 0.05);
  EXPECT_TRUE(contains(on("x,y\n1,2\n2,3\n3,5\n", {"y ~ p*`X`", "--start", "p=0"}).err, "did you mean 'x' or 'y'?"));
}

TEST_F(Fit, JsonHasTheNamesThatProgramsRead) {
  const Ran ran = fit({model, "--start", "a=1,b=1,c=0", "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const Json json = Json::parse(ran.out);
  for (const char* key : {"parameters", "standard_errors", "intervals", "correlation", "residual_standard_deviation",
                          "degrees_of_freedom", "r2", "aic", "bic", "status", "success", "message", "evaluations"})
    EXPECT_TRUE(json.contains(key)) << key;
  EXPECT_EQ(json["status"], "converged");
  EXPECT_EQ(json["success"], true);
  EXPECT_EQ(json["degrees_of_freedom"], 9);
  EXPECT_NEAR(json["parameters"]["b"], 0.7, 0.05);
  for (const char* name : {"a", "b", "c"}) {
    const double value = json["parameters"][name], error = json["standard_errors"][name];
    // Student's t of 9 degrees of freedom at 95 %.
    EXPECT_NEAR(json["intervals"][name][0], value - 2.262157162740992 * error, 1e-9);
    EXPECT_NEAR(json["intervals"][name][1], value + 2.262157162740992 * error, 1e-9);
  }
  EXPECT_EQ(json["correlation"][1][1], 1.0);
  EXPECT_GT(json["r2"], 0.99);
}

TEST_F(Fit, EveryFormatAndFileHoldsTheParameters) {
  for (const char* format : {"table", "json", "csv", "markdown", "latex"}) {
    const std::string out = folder / "out";
    const Ran ran = fit({model, "--start", "a=1,b=1,c=0", "--format", format, "--output", out});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out, "") << format;
    EXPECT_TRUE(
        contains(slurp(out), format == std::string("csv") ? "parameter,value,standard_error,low,high\na," : "0.7"))
        << format;
  }
  const std::string picture = folder / "fit.svg";
  ASSERT_EQ(fit({model, "--start", "a=1,b=1,c=0", "--plot", picture}).status, 0);
  EXPECT_TRUE(contains(slurp(picture), "Residuals"));
  EXPECT_TRUE(contains(slurp(picture), "the band holds a new response"));
  const Ran drawn = fit({model, "--start", "a=1,b=1,c=0", "--plot", "-", "--output", folder / "doc"});
  EXPECT_TRUE(contains(drawn.out, "Points and model")) << drawn.err;
  const Ran two = fit({"y ~ a + b*x + d*w", "--start", "a=1,b=1,d=0", "--plot", picture});
  EXPECT_EQ(two.status, 0) << two.err;
  EXPECT_TRUE(contains(slurp(picture), "over what is predicted"));
}

TEST_F(Fit, OptionsReachTheFit) {
  const auto parameters = [&](Arguments more) {
    more.insert(more.begin(), {model, "--start", "a=1,b=1,c=0", "--format", "json"});
    const Ran ran = fit(more);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return Json::parse(ran.out);
  };
  const Json usual = parameters({});
  EXPECT_EQ(parameters({"--bounds", "c=0:0.1"})["parameters"]["c"], 0.1);
  EXPECT_EQ(parameters({"--bounds", "c=0:0.1"})["standard_errors"]["c"], nullptr);
  EXPECT_NE(parameters({"--weights", "w"})["parameters"], usual["parameters"]);
  for (const char* loss : {"huber=0.01", "cauchy=0.01", "soft_l1=0.01"}) {
    const Json robust = parameters({"--loss", loss});
    EXPECT_EQ(robust["loss"], loss);
    EXPECT_NE(robust["parameters"], usual["parameters"]);
    EXPECT_EQ(robust["aic"], nullptr) << "no likelihood";
  }
  EXPECT_TRUE(contains(parameters({"--optimizer", "lm,step=plain"})["optimizer"], "step=plain"));
  EXPECT_GT(double(parameters({"--level", "0.99"})["intervals"]["a"][1]), double(usual["intervals"]["a"][1]));
  const Ran limited = fit({model, "--start", "a=1,b=1,c=0", "--iterations", "1"});
  EXPECT_EQ(limited.status, 1);
  EXPECT_TRUE(contains(limited.out, "not converged"));
  const Ran logged = fit({"log(y) ~ a - b*x", "--start", "a=0,b=0", "--format", "json"});
  EXPECT_EQ(logged.status, 0) << logged.err;
}

TEST_F(Fit, WhatIsWrongIsToldInOneLine) {
  const auto says = [&](const Arguments& given, const std::string& part) {
    const Ran ran = fit(given);
    EXPECT_EQ(ran.status, 2) << part;
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(contains(ran.err, part));
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  };
  says({}, "the formula is missing");
  says({"y = a*x", "--start", "a=1"}, "has no ~");
  says({"y ~ a ~ x", "--start", "a=1"}, "more than one ~");
  says({"y ~ ", "--start", "a=1"}, "nothing stands on the right of ~");
  says({"y ~ x*b", "--start", "x=1,b=1"}, "'x' is a column of");
  says({"y ~ a*x + b", "--start", "a=1"}, "'b' is no column of");
  says({"y ~ a*x + b", "--start", "a=1"}, "--start b=1");
  says({"y ~ a*x + b"}, "--start a=1,b=1");
  says({"y ~ a*wurd", "--start", "a=1"}, "did you mean 'word'?");
  says({"yy ~ a*x", "--start", "a=1"}, "did you mean 'y'?");
  says({"a*y ~ x", "--start", "a=1"}, "stands on the left of ~");
  says({"1 ~ a*x", "--start", "a=1"}, "no column stands on the left");
  says({"y ~ x"}, "has no parameter to fit");
  says({"y ~ a*x", "--start", "a=1,q=2"}, "'q', which the formula does not use");
  says({"y ~ a*x", "--start", "a=1", "--bounds", "b=0:1"}, "the bounds name 'b'");
  says({"y ~ a*x", "--start", "a=1", "--bounds", "a=2:1"}, "bounds of a: lower 2 is above upper 1");
  says({"y ~ a*x + c*foo(x)", "--start", "a=1,c=1"}, "unknown function 'foo'");
  says({"y ~ a*x", "--start", "a=1", "--loss", "hubr"}, "did you mean 'huber'?");
  says({"y ~ a*x", "--start", "a=1", "--optimizer", "adam"}, "the optimizer of a fit is lm");
  says({"y ~ a*x", "--start", "a=1", "--weights", "ww"}, "no column 'ww'");
  says({"y ~ a*x", "--start", "a=1", "--weights", "word"}, "decay.csv:2");
  says({"y ~ a*word", "--start", "a=1"}, "decay.csv:2");
  says({"log(y-1) ~ a*x", "--start", "a=1"}, "log(y-1) at column 1: log of -");
}

TEST_F(Fit, BadRowsAreNamedByTheirLine) {
  const auto says = [&](const std::string& rows, const Arguments& given, int status, const std::string& part) {
    const Ran ran = on(rows, given);
    EXPECT_EQ(ran.status, status) << ran.err << ran.out;
    EXPECT_TRUE(contains(ran.err + ran.out, part));
  };
  const Arguments line{"y ~ a*x", "--start", "a=1"};
  says("x,y\n1,2\n2,\n3,6\n", line, 2, "other.csv:3: y is blank");
  says("x,y\n1,2\n2,4\nabc,6\n", line, 2, "other.csv:4");
  says("x,y\n1,2\n2,-4\n3,6\n", {"log(y) ~ a*x", "--start", "a=1"}, 2, "other.csv:3: log(y) at column 1: log of -4");
  says("x,y\n1,2\n-2,4\n3,6\n", {"y ~ a*log(x)", "--start", "a=1"}, 1, "other.csv:3: log(x) at column 7: log of -2");
  says("x,y\n1,2\n", {"y ~ a*x+b", "--start", "a=1,b=0"}, 2, "has 1 row for 2 parameters");
  says("x,y,w\n1,2,1\n2,4,-1\n", {"y ~ a*x", "--start", "a=1", "--weights", "w"}, 2, "other.csv:3: the weight w is -1");
}

TEST_F(Fit, ThreadsChangeNoBit) {
  std::string many = "x,y\n";
  for (int i = 0; i < 3000; ++i) {
    const double x = 4 * double(i) / 3000;
    many += std::to_string(x) + "," + std::to_string(2 * std::exp(-0.7 * x) + 0.3 + 0.01 * ((i * 7) % 5 - 2)) + "\n";
  }
  const Arguments base{model, "--start", "a=1,b=1,c=0", "--format", "json", "--threads"};
  std::string first;
  for (const char* threads : {"1", "2", "8"}) {
    Arguments given = base;
    given.emplace_back(threads);
    const Ran ran = on(many, given);
    ASSERT_EQ(ran.status, 0) << ran.err;
    if (first.empty()) first = ran.out;
    EXPECT_EQ(ran.out, first) << threads;
  }
}

TEST_F(Fit, APageHasEverything) {
  const std::string page = folder / "fit.html";
  const auto report = [&](Arguments given) {
    given.insert(given.end(), {"--report", page, "--output", folder / "doc"});
    fit(given);
    return slurp(page);
  };
  const std::string whole = report({model, "--start", "a=1,b=1,c=0", "--weights", "w"});
  for (const char* part :
       {"Parameters", "std. error", "Points and model", "Residuals over fitted values", "Normal quantiles",
        "Correlation", "The fit as a whole", "How it ended", "converged", "Settings", "Run it again",
        "<span>--weights</span> w", "As a run file", "&quot;command&quot;: &quot;fit&quot;"})
    EXPECT_TRUE(contains(whole, part)) << part;
  const std::string singular = report({"y ~ a*b*x + c", "--start", "a=1,b=1,c=0"});
  EXPECT_TRUE(contains(singular, "singular"));
  EXPECT_FALSE(contains(singular, ">Correlation<"));
  const std::string nothing = report({"y ~ a*log(x-1)", "--start", "a=1"});
  EXPECT_TRUE(contains(nothing, "log(x-1) at column 7"));
  EXPECT_FALSE(contains(nothing, "Normal quantiles"));
  EXPECT_TRUE(contains(report({"y ~ a + b*x + d*w", "--start", "a=1,b=1,d=0"}), "over what is predicted"));
}

TEST_F(Fit, AConstantIsAModelToo) {
  const Ran ran = on("y\n1\n2\n6\n", {"y ~ a", "--start", "a=0", "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(Json::parse(ran.out)["parameters"]["a"], 3.0);
}

/// Residuals with a double root: the last step is below the rounding of p (SciPy has this in issue 18793).
TEST_F(Fit, AStepBelowTheRoundingOfAParameterIsTheEnd) {
  const Ran ran =
      on("y\n0\n0\n", {"y ~ (p-1e-12)^2", "--start", "p=1.1e-12", "--bounds", "p=0:inf", "--format", "json"});
  const Json json = Json::parse(ran.out);
  EXPECT_EQ(ran.status, 0) << json["message"];
  EXPECT_EQ(json["status"], "converged_at_precision");
  EXPECT_NEAR(double(json["parameters"]["p"]) / 1e-12, 1, 1e-15);
}

/// A sine over half a wave is fitted by a parabola, the limit of ever larger ones (LsqFit.jl has such crash in issue
/// 238).
TEST_F(Fit, ParametersThatRunAwayAreNamed) {
  std::string wave = "x,y\n";
  for (int i = 0; i < 40; ++i)
    wave += std::to_string(i / 39.0) + "," + std::to_string(4 * std::sin(13.44 * i / 39.0 - 2)) + "\n";
  const Ran ran = on(wave, {"y ~ A*sin(w*x+p)+o", "--start", "A=1,w=6,p=0,o=0", "--format", "json"});
  const Json json = Json::parse(ran.out);
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(json["status"], "line_search_failed");
  EXPECT_FALSE(contains(json["message"], "check the Jacobian")) << "it is exact";
  EXPECT_TRUE(contains(json["message"], "they may run away: fix one of them by its bounds, or start elsewhere"));
}

TEST_F(Fit, ParametersThatTheRowsDoNotTellApart) {
  const Ran ran = fit({"y ~ a*b*x + c", "--start", "a=1,b=1,c=0", "--format", "json"});
  EXPECT_EQ(ran.status, 1);
  const Json json = Json::parse(ran.out);
  EXPECT_EQ(json["status"], "singular");
  EXPECT_EQ(json["success"], false);
  EXPECT_TRUE(contains(json["message"], "a and b cannot be told apart"));
  EXPECT_FALSE(contains(json["message"], "onverged"));
  EXPECT_EQ(json["standard_errors"]["a"], nullptr);
  EXPECT_EQ(fit({"y ~ a*b*x + c", "--start", "a=1,b=1,c=0", "--bounds", "a=1:1"}).status, 0);
}

}  // namespace
}  // namespace talweg::test
