#include "talweg/present/list.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "talweg/api/method.hpp"
#include "talweg/api/registry.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/least_squares/levenberg_marquardt.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg::api {

using namespace present;
namespace {

TEST(List, EveryOptimizerHasItsCard) {
  const auto all = nlohmann::json::parse(list_json("optimizers"));
  ASSERT_EQ(all.size(), first_order_methods().size() + deterministic_methods().size() + least_squares_methods().size());
  const std::string text = list_text("optimizers");
  for (const auto& o : all) {
    const std::string label = o["label"];
    if (o["takes"] == "residuals")
      EXPECT_NO_THROW(LevenbergMarquardt::parse(label)) << label;
    else
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

std::string refusal(const std::string& wanted) {
  try {
    list_text(wanted);
  } catch (const Error& e) {
    EXPECT_THROW(list_json(wanted), Error);
    EXPECT_THROW(list_table_text(wanted), Error);
    return e.what();
  }
  return "";
}

TEST(List, UnknownTopicsAndNamesHaveNearNames) {
  EXPECT_NE(refusal("optimisers").find("did you mean 'optimizers'"), std::string::npos) << refusal("optimisers");
  EXPECT_NE(refusal("adm").find("did you mean 'adam'"), std::string::npos) << refusal("adm");
  EXPECT_NE(refusal("cosin").find("'cosine'"), std::string::npos) << refusal("cosin");
  EXPECT_NE(refusal("rosenbrok").find("'rosenbrock'"), std::string::npos) << refusal("rosenbrok");
  const auto everything = nlohmann::json::parse(list_json(""));
  for (const auto topic : list_topics()) EXPECT_TRUE(everything.contains(topic)) << topic;
}

TEST(List, EveryItemSaysWhatItIsForAndWhatItIsNot) {
  for (const Topic& topic : topics())
    for (const ItemInfo& item : topic.items()) {
      const auto& [use, strengths, weaknesses] = item.card.guidance;
      for (const std::string_view words : {use, strengths, weaknesses}) {
        EXPECT_FALSE(words.empty()) << item.label();
        EXPECT_LE(words.size(), 120u) << item.label() << ": " << words;
        EXPECT_FALSE(words.ends_with('.')) << item.label() << ": " << words;
      }
      EXPECT_FALSE(item.card.title.empty() || item.card.formula.empty()) << item.label();
      for (const FieldInfo& f : item.fields) EXPECT_FALSE(f.name.empty() || f.help.empty()) << item.label();
    }
}

TEST(List, EveryItemIsFoundByItsNameAndItsLabelInAnySpelling) {
  for (const Topic& topic : topics())
    for (const ItemInfo& item : topic.items()) {
      std::string shouted(item.card.name);
      for (char& c : shouted) c = static_cast<char>(std::toupper(c));
      for (const std::string& name : {std::string(item.card.name), shouted, item.label()}) {
        const auto found = nlohmann::json::parse(list_json(name));
        ASSERT_TRUE(found.contains(topic.name)) << name;
        EXPECT_NE(list_text(name).find(item.card.formula), std::string::npos) << name;
      }
      const auto exact = nlohmann::json::parse(list_json(item.label()));
      EXPECT_TRUE(topic.name != "optimizers" || item.card.variant.empty() || exact["optimizers"].size() == 1u)
          << item.label();
    }
}

TEST(List, TheNamesOfOtherTablesAreKnown) {
  const std::pair<const char*, const char*> names[] = {{"L-BFGS-BF", "auglag"},
                                                       {"LBFGS-MF", "lbfgs"},
                                                       {"CG-FR", "cg:fr"},
                                                       {"Rprop+", "rprop:rprop+"},
                                                       {"Rprop-", "rprop:rprop-"},
                                                       {"L-BFGS", "lbfgs"},
                                                       {"L-BFGS-B", "lbfgsb"},
                                                       {"GD", "gd"},
                                                       {"NAG", "nesterov"},
                                                       {"FTRL-Proximal", "ftrl"},
                                                       {"Augmented Lagrangian", "auglag"},
                                                       {"AdaGrad", "adagrad"}};
  for (const auto& [name, label] : names) {
    const auto found = nlohmann::json::parse(list_json(name));
    bool known = false;
    for (const auto& item : found["optimizers"]) known = known || item["label"] == label || item["name"] == label;
    EXPECT_TRUE(known) << name;
  }
  EXPECT_EQ(nlohmann::json::parse(list_json("LBFGS-MF"))["models"][0]["name"], "mf");
  EXPECT_EQ(nlohmann::json::parse(list_json("softmax")).size(), 2u);  // a model and an activation
  EXPECT_EQ(nlohmann::json::parse(list_json("rosenbrock"))["problems"].size(), 1u);
}

/// They mean the same where a method is asked for.
TEST(List, OtherNamesAreReadAsSpecs) {
  const auto spec = [](const char* text) { return method({.optimizer = text}).method->traits().spec; };
  EXPECT_EQ(spec("L-BFGS,memory=5"), spec("lbfgs,memory=5"));
  EXPECT_EQ(spec("CG-FR"), spec("cg:fr"));
  EXPECT_EQ(spec("Rprop+"), spec("rprop:rprop+"));
  EXPECT_EQ(spec("Rprop-"), spec("rprop:rprop-"));
  EXPECT_EQ(spec("NAG:torch,lr=0.1"), spec("nesterov:torch,learning_rate=0.1"));
  EXPECT_EQ(spec("Adam"), spec("adam:paper"));
  EXPECT_EQ(spec("GD,line_search=armijo"), spec("gd,line_search=armijo"));
  EXPECT_EQ(spec("L-BFGS-BF"), spec("auglag"));
  EXPECT_THROW(spec("CG-FR:dy"), Error);
  EXPECT_THROW(spec("L-BFGS-C"), Error);
}

TEST(List, TheTableFitsATerminal) {
  for (const Topic& topic : topics()) {
    const std::string table = list_table_text(topic.name);
    std::size_t column = 0;
    for (const char c : table) {
      column = c == '\n' ? 0 : column + ((static_cast<unsigned char>(c) & 0xc0) != 0x80);
      ASSERT_LE(column, 100u) << table;
    }
    const auto json = nlohmann::json::parse(list_table_json(topic.name));
    for (const auto& row : json) {
      EXPECT_NE(table.find("\n" + row["name"].get<std::string>() + " "), std::string::npos) << row["name"];
      for (const char* key : {"use", "strengths", "weaknesses"}) EXPECT_FALSE(row[key].get<std::string>().empty());
    }
  }
  EXPECT_EQ(nlohmann::json::parse(list_table_json("adam")).size(), 1u);
  EXPECT_THROW(list_table_text("problems"), Error);
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
