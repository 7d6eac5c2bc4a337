#include "talweg/api/list.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "talweg/api/method.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg::api {
namespace {

TEST(List, EveryOptimizerHasItsCard) {
  const auto all = nlohmann::json::parse(list_json("optimizers"));
  ASSERT_EQ(all.size(), first_order_methods().size() + deterministic_methods().size());
  const std::string text = list_text("optimizers");
  for (const auto& o : all) {
    const std::string label = o["label"];
    EXPECT_NO_THROW(method({.optimizer = label})) << label;
    for (const char* key : {"name", "title", "formula", "source"})
      EXPECT_FALSE(o[key].get<std::string>().empty()) << label;
    EXPECT_FALSE(o["parameters"].empty()) << label;
    EXPECT_TRUE(o.contains("state")) << label;
    for (const auto& p : o["parameters"]) {
      EXPECT_TRUE(p.contains("default") && p.contains("range") && p.contains("help")) << label << " " << p;
      EXPECT_NE(text.find(p["name"].get<std::string>() + "="), std::string::npos);
    }
    EXPECT_NE(text.find("\n" + label + "  "), std::string::npos) << label;
  }
  const auto adam = std::find_if(all.begin(), all.end(), [](const auto& o) { return o["label"] == "adam:paper"; });
  ASSERT_NE(adam, all.end());
  EXPECT_EQ((*adam)["default"], true);
  EXPECT_EQ((*adam)["parameters"][0]["name"], "learning_rate");
  EXPECT_EQ((*adam)["parameters"][0]["default"], 0.001);
  EXPECT_EQ((*adam)["state"][1]["name"], "second_moment");
}

TEST(List, UnknownTopicsHaveNearNames) {
  try {
    list_text("optimisers");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'optimizers'"), std::string::npos);
  }
  const auto everything = nlohmann::json::parse(list_json(""));
  for (const auto topic : list_topics()) EXPECT_TRUE(everything.contains(topic)) << topic;
}

TEST(List, EveryProblemHasStartOptimumAndSource) {
  const auto all = nlohmann::json::parse(list_json("problems"));
  const std::string text = list_text("problems");
  EXPECT_EQ(all.size(), problems::all().size() + problems::large().size());
  for (const auto& p : all) {
    const std::string name = p["name"];
    const problems::Problem problem = problems::by_name(name);
    EXPECT_FALSE(p["source"].get<std::string>().empty()) << name;
    EXPECT_FALSE(p["optima"].empty()) << name;
    EXPECT_EQ(p["start"].is_null(), problem.large) << name;
    const auto pattern = p["start_pattern"].get<std::vector<double>>();
    ASSERT_FALSE(pattern.empty()) << name;
    for (std::size_t i = 0; i < problem.n(); i += 1 + problem.n() / 100)
      EXPECT_EQ(pattern[i % pattern.size()], problem.start[i]) << name;
    EXPECT_NE(text.find("\n" + name + " "), std::string::npos) << name;
  }
  EXPECT_NE(text.find("(-1.2, 1)"), std::string::npos);
}

}  // namespace
}  // namespace talweg::api
