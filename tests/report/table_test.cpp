#include "talweg/report/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace talweg::report {
namespace {

Table lecture() {
  return {{"iteration", "x", "f(x)", "velocity"},
          {{std::int64_t{0}, 10.0, 100.0, Cell()},
           {std::int64_t{1}, 8.0, 64.0, -2.0},
           {std::int64_t{10}, 4.6, 21.16, -3.4}}};
}

TEST(Table, TextAlignsNumbersAtTheirPoints) {
  EXPECT_EQ(text(lecture()),
            "iteration          x        f(x)   velocity\n"
            "        0  10.000000  100.000000\n"
            "        1   8.000000   64.000000  -2.000000\n"
            "       10   4.600000   21.160000  -3.400000\n");
}

TEST(Table, NumbersFarApartKeepTheirDigits) {
  const Table t{{"v"}, {{123456789.5}, {1.25e-12}, {0.5}, {std::nan("")}, {-std::numeric_limits<double>::infinity()}}};
  EXPECT_EQ(text(t),
            "               v\n"
            "   1.2345679e+08\n"
            "   1.25e-12\n"
            "   0.5\n"
            " nan\n"
            "-inf\n")
      << text(t);
}

TEST(Table, MarkdownHasTheSameDigitsAndEscapesPipes) {
  Table t{{"name", "value"}, {{std::string("a|b"), 1.5}}};
  EXPECT_EQ(markdown(t),
            "| name |    value |\n"
            "|:-----|---------:|\n"
            "| a\\|b  | 1.500000 |\n")
      << markdown(t);
}

TEST(Table, CsvReadsBackToTheSameDouble) {
  const double third = 1.0 / 3, tiny = 5e-324;
  const Table t{{"a,b", "c"}, {{third, std::string("say \"hi\"")}, {tiny, Cell()}, {std::nan(""), std::int64_t{7}}}};
  const std::string out = csv(t);
  EXPECT_EQ(out, "\"a,b\",c\n0.3333333333333333,\"say \"\"hi\"\"\"\n5e-324,\nnan,7\n");
  EXPECT_EQ(std::stod("0.3333333333333333"), third);
}

TEST(Table, JsonHasNullForWhatIsNoNumber) {
  const Table t{{"a", "b"}, {{std::nan(""), Cell()}, {0.1, std::string("x")}, {std::int64_t{3}, INFINITY}}};
  const auto rows = nlohmann::json::parse(json(t));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_TRUE(rows[0]["a"].is_null());
  EXPECT_TRUE(rows[0]["b"].is_null());
  EXPECT_EQ(rows[1]["a"], 0.1);
  EXPECT_EQ(rows[2]["a"], 3);
  EXPECT_TRUE(rows[2]["b"].is_null());
}

TEST(Table, LatexEscapesAndSetsPowersOfTen) {
  const Table t{{"learning_rate", "f(x)"}, {{1.5e-12, 0.25}, {2.0, std::nan("")}}};
  const std::string out = latex_document(latex(t));
  EXPECT_NE(out.find("learning\\_rate & f(x) \\\\"), std::string::npos) << out;
  EXPECT_NE(out.find("$1.5\\times 10^{-12}$ & $0.250000$ \\\\"), std::string::npos) << out;
  EXPECT_NE(out.find("$2$ & NaN \\\\"), std::string::npos) << out;
  EXPECT_EQ(out.rfind("\\documentclass{article}", 0), 0u);
  EXPECT_NE(out.find("\\begin{document}"), std::string::npos);
  EXPECT_TRUE(out.ends_with("\\end{document}\n"));
  EXPECT_EQ(latex_escape("a_b^2 & 50% {x} \\ <1"),
            "a\\_b\\textasciicircum{}2 \\& 50\\% \\{x\\} \\textbackslash{} $<$1");
}

}  // namespace
}  // namespace talweg::report
