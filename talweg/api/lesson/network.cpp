#include <array>

#include "talweg/api/lesson/runs.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api::lesson {

namespace {

using text::cat;

constexpr std::int64_t epochs = 1000;
constexpr double first_weight = 0.5, first_bias = 0.1;

const File& rows() {
  static const File file{"double.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n"};
  return file;
}

struct Teacher {
  std::string_view title, spec, words;
};
constexpr std::array teachers{
    Teacher{"Gradient descent", "sgd,learning_rate=0.01",
            "Steady, and slow at the end: what is left lies along a flat "
            "direction, where the gradient is small."},
    Teacher{"Momentum", "momentum:torch,learning_rate=0.01,momentum=0.9",
            "Velocity adds up along the flat direction, and the loss falls to nothing."},
    Teacher{"AdaGrad", "adagrad:torch,learning_rate=0.01",
            "It is not broken: its steps shrink with the root of all squared gradients so far, and this rate is small "
            "for it."},
    Teacher{"RMSProp", "rmsprop:torch,learning_rate=0.01",
            "Each number has a rate of its own, which grows again as gradients shrink."},
    Teacher{
        "Adam", "adam:torch,learning_rate=0.01",
        "Its steps have about the length of the rate whatever the gradient is: safe, and slow where the way is long."}};

TrainRequest request_of(std::string_view optimizer, std::int64_t length) {
  TrainRequest request;
  request.file = rows().input();
  request.target = "y";
  request.model = "linear";
  request.start = cat("weight=", first_weight, ",bias=", first_bias);
  request.batch_size = "all";
  request.precision = "double";
  request.epochs = length;
  request.optimizer = optimizer;
  return request;
}

double loss_at(const TrainRun& run, std::int64_t epoch) {
  return run->outcome.epochs.at(static_cast<std::size_t>(epoch - 1)).loss;
}

std::string losses(const TrainRun& run) {
  return cat("The loss is ", said(loss_at(run, 1)), " in the first epoch, ", text::brief(loss_at(run, epochs / 10), 4),
             " in epoch ", epochs / 10, " and ", text::brief(loss_at(run, epochs), 4), " in epoch ", epochs,
             ". It is measured before the update of its epoch, as training loops print it.");
}

/// The same run as a formula, which tells weight and bias.
MinimizeRun as_formula(std::string_view optimizer) {
  MinimizeRequest request =
      steps_of("mean((w*x+b-y)^2)", cat("w=", first_weight, ",b=", first_bias), optimizer, epochs);
  request.trace = false;
  request.data = rows().input();
  return run(std::move(request));
}

std::vector<Page> first_pages() {
  const TrainRun first = run(request_of(teachers[0].spec, 5));
  return {
      {.title = "One dense unit",
       .words =
           {"The smallest network is one neuron without activation: y = w·x + b. In the words of frameworks that is "
            "one dense unit with one input. It is shown some rows of y = 2x and has to find w = 2 and b = 0. Its "
            "loss is the mean squared error.",
            "Make the file first."},
       .exhibits = {rows()}},
      {.title = "What an epoch is",
       .words = {cat("The unit begins with w = ", first_weight, " and b = ", first_bias, "."),
                 "In an epoch the network sees all rows once: it computes its outputs forwards, the loss, the gradient "
                 "backwards, and makes one update, since the batch holds all rows. Then the next epoch begins.",
                 cat("After the first update the loss has fallen from ", said(loss_at(first, 1)), " to ",
                     said(loss_at(first, 2)), ".")},
       .exhibits = {Epochs{first}}}};
}

}  // namespace

std::vector<Page> network_pages() {
  std::vector<Page> pages = first_pages();
  LossCurves together{{}, {}, epochs / 10};
  for (const Teacher& teacher : teachers) {
    const TrainRun made = run(request_of(teacher.spec, epochs));
    together.names.emplace_back(teacher.title);
    together.runs.push_back(made);
    pages.push_back({.title = cat(teacher.title, ": ", teacher.spec),
                     .words = {std::string(teacher.words), losses(made)},
                     .exhibits = {Epochs{made}}});
  }
  pages.push_back({.title = "All five",
                   .words = {"The same network, the same rows, the same rate: only the method differs."},
                   .exhibits = {std::move(together)}});
  const MinimizeRun formula = as_formula(teachers[0].spec);
  pages.push_back(
      {.title = "The same as a formula",
       .words = {cat(
           "A network is a formula whose parameters are learned. Written out, the run of gradient descent is a "
           "minimisation over the same rows, and it tells us what was learned: w = ",
           said(formula->outcome.result.x[0]), " and b = ", said(formula->outcome.result.x[1]), ".")},
       .exhibits = {Summary{formula}}});
  return pages;
}

}  // namespace talweg::api::lesson
