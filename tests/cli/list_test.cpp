#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;

TEST(CliList, ATableOfWhatEachMethodIsFor) {
  const Ran text = run_command({"list", "optimizers", "--table"});
  ASSERT_EQ(text.status, 0) << text.err;
  EXPECT_EQ(text.out.rfind("name ", 0), 0u) << text.out;
  EXPECT_NE(text.out.find("\nadam "), std::string::npos);
  const json rows = json::parse(run_command({"list", "optimizers", "--table", "--format", "json"}).out);
  for (const char* key : {"name", "use", "strengths", "weaknesses"}) EXPECT_TRUE(rows[0].contains(key)) << key;
}

TEST(CliList, OneItemByItsName) {
  const Ran adam = run_command({"list", "adam"});
  ASSERT_EQ(adam.status, 0) << adam.err;
  EXPECT_NE(adam.out.find("adam:keras"), std::string::npos);
  EXPECT_NE(adam.out.find("weaknesses"), std::string::npos);
  EXPECT_EQ(adam.out.find("rmsprop:"), std::string::npos);
  EXPECT_EQ(json::parse(run_command({"list", "cosine", "--format", "json"}).out)["schedules"][0]["name"], "cosine");
  EXPECT_EQ(run_command({"list", "L-BFGS-B"}).out, run_command({"list", "lbfgsb"}).out);
}

TEST(CliList, WhatIsNotThereIsWrongUse) {
  const Ran wrong = run_command({"list", "adamm"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(wrong.out.empty());
  EXPECT_NE(wrong.err.find("did you mean 'adam'"), std::string::npos) << wrong.err;
  EXPECT_EQ(run_command({"list", "--table"}).status, 2);
  EXPECT_EQ(run_command({"list", "problems", "--table"}).status, 2);
}

TEST(CliList, AMethodMayBeCalledAsElsewhere) {
  const auto trace = [](const char* method) {
    const Ran ran =
        run_command({"minimize", "(x-1)^4 + y^2", "--start", "x=3,y=1", "--optimizer", method, "--format", "json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    const json result = json::parse(ran.out);
    return std::pair{result["optimizer"].get<std::string>(), result["trace_hash"].get<std::string>()};
  };
  EXPECT_EQ(trace("L-BFGS"), trace("lbfgs"));
  EXPECT_EQ(trace("CG-FR"), trace("cg:fr"));
}

}  // namespace
}  // namespace talweg::test
