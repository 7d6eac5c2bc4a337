// The chain rule to every parameter of small networks, against the gradient that training computes.
#include "talweg/explain/network.hpp"

#include <cmath>

#include "equations.hpp"
#include "support/files.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/base/error.hpp"
#include "talweg/explain/network_view.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::explain {
namespace {

struct Trained {
  train::TrainedModel model;
  data::Table table;
};

Trained trained(const std::string& file, const std::string& target, const std::string& model,
                const std::string& loss = "") {
  api::TrainRequest request;
  request.file = file[0] == '/' ? file : std::string(TALWEG_SOURCE_DIR) + "/data/" + file;
  request.target = target;
  request.model = model;
  request.loss = loss;
  request.epochs = 3;
  request.seed = 3;
  request.precision = "double";
  const talweg::testing::Folder folder;
  const std::string path = folder / "model";
  request.save = path;
  api::train(request);
  Trained out{train::TrainedModel::load(path), {}};
  out.table = train::read_for(out.model, request.file, true);
  return out;
}

/// Every parameter of the network: the product of local derivatives is the gradient on the tape, and the printed lines
/// read back. 1e-12: a few hundred roundings of numbers of order one.
void check(const Trained& t, std::size_t row) {
  NetworkView view(t.model, t.table, row);
  int checked = 0;
  for (const nn::Parameter& p : t.model.layout) {
    const auto rows = p.shape.rank() == 2 ? p.shape[0] : 1, columns = p.shape.rank() == 2 ? p.shape[1] : p.shape[0];
    for (std::int64_t i = 0; i < rows; i += 2)
      for (std::int64_t j = 0; j < columns; j += 2) {
        const std::string name =
            p.shape.rank() == 2 ? text::cat(p.name, "[", i + 1, ",", j + 1, "]") : text::cat(p.name, "[", j + 1, "]");
        const WeightExplanation e = explain_weight({.model = t.model, .table = t.table, .row = row, .weight = name});
        EXPECT_EQ(e.weight, name);
        const double g = view.gradient(view.find(name));
        EXPECT_NEAR(e.gradient, g, 1e-12 * std::max(1.0, std::abs(g))) << name;
        EXPECT_GT(check_equations(e.sections), 2);
        ++checked;
      }
  }
  EXPECT_GT(checked, 3);
}

TEST(ExplainWeight, AgreesWithTheTapeForEveryActivation) {
  for (const Card& a : nn::activations()) {
    if (a.name == "softmax") continue;  // no activation of hidden layers: of one number it is 1
    SCOPED_TRACE(a.name);
    check(trained("iris.csv", "species", text::cat("mlp:5,4,activation=", a.name)), 17);
  }
}

TEST(ExplainWeight, AgreesWithTheTapeForEveryLoss) {
  const talweg::testing::Folder folder;
  std::string pairs = "a,b,kind\n";
  for (int i = 0; i < 40; ++i) pairs += text::cat(i % 7, ",", 0.5 * (i % 5), i % 3 == 0 ? ",yes\n" : ",no\n");
  const std::string two = talweg::testing::put(folder / "two.csv", pairs);
  for (const Card& card : nn::losses()) {
    SCOPED_TRACE(card.name);
    const nn::Task task = nn::loss(card.name).traits().task;
    if (task == nn::Task::classes)
      check(trained("iris.csv", "species", "mlp:4", std::string(card.name)), 120);
    else if (task == nn::Task::binary)
      check(trained(two, "kind", "mlp:4", std::string(card.name)), 3);
    else
      check(trained("iris.csv", "petal_width", "mlp:4", std::string(card.name)), 60);
  }
  check(trained("iris.csv", "species", "softmax"), 120);
  check(trained("iris.csv", "petal_width", "linear,l2=0.1,l1=0.01"), 3);
}

TEST(ExplainWeight, FollowsNoPathThroughSharesOfSeveralUnits) {
  const Trained t = trained("iris.csv", "species", "mlp:5,4,activation=softmax");
  for (const char* hidden : {"dense1[1,1]", "dense2.bias[2]"})
    EXPECT_THROW(explain_weight({.model = t.model, .table = t.table, .row = 17, .weight = hidden}), Error) << hidden;
  NetworkView view(t.model, t.table, 17);
  const WeightExplanation e = explain_weight({.model = t.model, .table = t.table, .row = 17});  // the largest
  EXPECT_TRUE(e.weight.starts_with("dense3"));
  EXPECT_NEAR(e.gradient, view.gradient(view.find(e.weight)), 1e-12);
}

TEST(ExplainWeight, ThePathsSumUpToTheGradient) {
  const Trained t = trained("iris.csv", "species", "mlp:5,4,activation=tanh,l2=0");  // a penalty would be no path
  const WeightExplanation e = explain_weight({.model = t.model, .table = t.table, .row = 17, .weight = "dense1[2,3]"});
  EXPECT_NEAR(find_equation(e.sections, "Σ")->value, e.gradient, 1e-13);
  EXPECT_EQ(e.graph.nodes.back().label, "loss");
}

TEST(ExplainWeight, ChoosesTheLargestAndRefusesWhatIsNotThere) {
  const Trained t = trained("iris.csv", "species", "mlp:5");
  const WeightExplanation largest = explain_weight({.model = t.model, .table = t.table, .row = 2});
  for (const char* other : {"dense1[1,1]", "dense2[3,2]", "dense2[5,3]"})
    EXPECT_GE(std::abs(largest.gradient),
              std::abs(explain_weight({.model = t.model, .table = t.table, .row = 2, .weight = other}).gradient));
  for (const char* wrong :
       {"dense1[0,1]", "dense1[1]", "dense1.bias[1,1]", "dense9[1,1]", "dense1[1,6]", "dense1[a,1]"})
    EXPECT_THROW(explain_weight({.model = t.model, .table = t.table, .row = 2, .weight = wrong}), Error) << wrong;
  EXPECT_THROW(explain_weight({.model = t.model, .table = t.table, .row = 151}), Error);
}

}  // namespace
}  // namespace talweg::explain
