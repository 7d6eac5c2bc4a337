// Every method that a course lists is found under the name that it has there.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "talweg/api/method.hpp"
#include "talweg/api/registry.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/optim/least_squares/levenberg_marquardt.hpp"
#include "talweg/optim/names.hpp"
#include "talweg/present/list.hpp"

namespace talweg::api {
namespace {

struct Named {
  std::string_view course, name;
};
/// The nineteen of the usual tables, then what else the lists of methods name.
constexpr std::array courses{Named{"Gradient descent", "gd"},
                             Named{"Batch gradient descent", "gd"},
                             Named{"Stochastic gradient descent", "sgd"},
                             Named{"SGD", "sgd"},
                             Named{"Mini-batch gradient descent", "sgd"},
                             Named{"Momentum", "momentum"},
                             Named{"Nesterov accelerated gradient", "nesterov"},
                             Named{"NAG", "nesterov"},
                             Named{"AdaGrad", "adagrad"},
                             Named{"RMSProp", "rmsprop"},
                             Named{"AdaDelta", "adadelta"},
                             Named{"Adam", "adam"},
                             Named{"AdamW", "adamw"},
                             Named{"AdaMax", "adamax"},
                             Named{"Nadam", "nadam"},
                             Named{"Rprop", "rprop"},
                             Named{"Rprop+", "rprop"},
                             Named{"FTRL-Proximal", "ftrl"},
                             Named{"Conjugate gradient", "cg"},
                             Named{"Conjugate gradients", "cg"},
                             Named{"CG-FR", "cg"},
                             Named{"L-BFGS", "lbfgs"},
                             Named{"L-BFGS-B", "lbfgsb"},
                             Named{"L-BFGS-BF", "auglag"},
                             Named{"LBFGS-MF", "lbfgs"},
                             Named{"L-BFGS-MF", "lbfgs"},
                             Named{"Mini-batch", "sgd"},
                             Named{"SGD with momentum", "momentum"},
                             Named{"Heavy ball", "momentum"},
                             Named{"AMSGrad", "adam"},
                             Named{"RAdam", "radam"},
                             Named{"Lion", "lion"},
                             Named{"Rprop-", "rprop"},
                             Named{"iRprop-", "rprop"},
                             Named{"iRprop+", "rprop"},
                             Named{"FTRL", "ftrl"},
                             Named{"Polyak-Ruppert averaging", "sgd"},
                             Named{"Steepest descent", "gd"},
                             Named{"Fletcher-Reeves", "cg"},
                             Named{"Polak-Ribiere", "cg"},
                             Named{"Hestenes-Stiefel", "cg"},
                             Named{"Dai-Yuan", "cg"},
                             Named{"Augmented Lagrangian", "auglag"},
                             Named{"Sequential quadratic programming", "sqp"},
                             Named{"SQP", "sqp"}};

TEST(Courses, FindEachMethodByTheirNameForIt) {
  for (const Named& c : courses) {
    const auto found = find_items(c.course);
    const auto it = std::ranges::find(found, std::string_view("optimizers"), &Found::topic);
    ASSERT_NE(it, found.end()) << c.course;
    EXPECT_EQ(it->items.front().card.name, c.name) << c.course;
    EXPECT_NE(present::list_text(c.course).find(c.name), std::string::npos) << c.course;
  }
}

/// Either the name of its row, or among what that is also called.
bool is_called(std::string_view row, std::string_view course) {
  if (folded(row) == folded(course)) return true;
  return std::ranges::any_of(other_names(row), [&](const std::string& other) {
    return folded(other.substr(0, other.find(" ("))) == folded(course);
  });
}

TEST(Courses, FindEachInTheTableWithUseStrengthsAndWeaknesses) {
  std::ifstream file(std::string(TALWEG_SOURCE_DIR) + "/docs/choosing.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const Named& c : courses) {
    EXPECT_TRUE(is_called(c.name, c.course)) << c.course;
    const Guidance g = guidance_of(c.name);
    EXPECT_FALSE(g.use.empty() || g.strengths.empty() || g.weaknesses.empty()) << c.course;
    EXPECT_NE(page.find("| [" + std::string(c.name) + "](methods/"), std::string::npos) << c.course;
    for (const auto& other : other_names(c.name)) EXPECT_NE(page.find(other), std::string::npos) << other;
  }
  const std::string table = present::list_table_text("optimizers");
  for (const char* words : {"L-BFGS-BF", "FTRL-Proximal", "Rprop+", "CG-FR"})
    EXPECT_NE(table.find(words), std::string::npos) << words;
}

/// What is another method by an option says so.
TEST(Courses, MiniBatchesAreSgdInBatches) {
  const auto names = other_names("sgd");
  EXPECT_NE(std::ranges::find(names, "mini-batch gradient descent (in batches of some rows)"), names.end());
  EXPECT_TRUE(other_names("relu").empty());
}

TEST(OtherNames, MeanMethodsThatThereAreAndEachMeansOne) {
  std::vector<std::string> seen;
  for (const MethodAlias& a : method_aliases()) {
    if (a.label == LevenbergMarquardt::card.name) {  // of fits alone
      EXPECT_NO_THROW(LevenbergMarquardt::parse(a.alias)) << a.alias;
    } else {
      EXPECT_NO_THROW(method({.optimizer = std::string(a.label)})) << a.alias;
      EXPECT_TRUE(same_optimizer(a.alias, a.label)) << a.alias;
    }
    const std::string name = folded(a.alias);
    EXPECT_EQ(std::ranges::find(seen, name), seen.end()) << a.alias;
    seen.push_back(name);
  }
}

}  // namespace
}  // namespace talweg::api
