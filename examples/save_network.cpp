// A network of a C++ program as a file: saved, loaded again to the last bit,
// and read by the command as well:
//   talweg predict line.talweg rows.csv
#include <cstdio>

#include <talweg/talweg.hpp>

int main() {
  const talweg::Tensor x({4, 1}, {1, 2, 3, 4});
  const talweg::Tensor y({4, 1}, {2, 4, 6, 8});
  auto model = talweg::nn::mlp({.inputs = 1, .hidden = {8}, .activation = "tanh"});
  auto optimizer = talweg::optimizer(talweg::Adam{.learning_rate = 0.01}, model.parameters());
  for (int step = 0; step < 500; ++step) {
    optimizer.zero_gradients();
    talweg::nn::mean_squared_error(model(x), y).backward();
    optimizer.step();
  }

  talweg::save_network(model, "line.talweg", {.columns = {"width"}, .target = "weight"});
  const auto again = talweg::load_network("line.talweg");
  const bool same = again.predict(x) == model.predict(x);
  std::printf("the network of the file predicts %s\n", same ? "the same" : "something else");

  const talweg::LoadedModel rows = talweg::load_model("line.talweg");  // of any kind, for raw rows
  std::printf("%s: width = 2.5 gives %.3f\n", rows.spec().c_str(), rows.predict({{2.5}})[0]);
  return same ? 0 : 1;
}
