#include "talweg/explain/neuron.hpp"
#include "talweg/api/lesson/runs.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api::lesson {

namespace {

using explain::Neuron;
using explain::NeuronExplanation;
using text::cat;

constexpr std::string_view first_neuron = "x=1,-2,3 w=-3,-1,2 b=1 activation=relu";

std::string list_text(const std::vector<double>& values) {
  std::string out;
  for (const double v : values) out += cat(out.empty() ? "" : ",", text::brief(v, 15));
  return out;
}

/// The same inputs with the weights after the step.
std::string stepped(const Neuron& n, const NeuronExplanation& e) {
  return cat("x=", list_text(n.x), " w=", list_text(e.new_w), " b=", text::brief(e.new_b, 15),
             " activation=", n.activation);
}

/// The graph of a neuron at some moments.
class Pictures {
 public:
  explicit Pictures(std::string neuron) : run_(run(request(std::move(neuron)), ExplainAs::graph)) {}

  GraphPicture operator()(std::size_t forwards, std::size_t backwards = 0) const {
    return {run_, explain::filled(std::get<explain::Graph>(run_->outcome.shown), forwards, backwards)};
  }
  static ExplainRequest request(std::string neuron) {
    ExplainRequest out;
    out.neuron = std::move(neuron);
    return out;
  }

 private:
  ExplainRun run_;
};

// Operations away from what is given, and from the result.
constexpr std::size_t given = 0, products = 1, sum = 2, all = 3;
constexpr std::size_t at_sum = 2, at_products = 3, at_weights = 4;

std::vector<Page> forwards(const Neuron& n, const NeuronExplanation& e, const Pictures& picture,
                           const ExplainRun& sums) {
  std::string terms;
  for (std::size_t i = 0; i < n.x.size(); ++i)
    terms += cat(i == 0 ? "" : i + 1 < n.x.size() ? ", " : " and ", said(n.w[i] * n.x[i]));
  return {
      {.title = "A neuron and its numbers",
       .words = {cat("A neuron makes one number of several. Here its inputs are x = ", said(n.x),
                     ". Each input has a weight, w = ", said(n.w), ", and there is one bias, b = ", said(n.b),
                     ". Inputs come from outside; weights and bias are what the neuron can learn."),
                 "The picture shows all that will be computed. A question mark is a number that we do not have yet."},
       .exhibits = {picture(given)}},
      {.title = "Forwards: each input times its weight",
       .words = {cat("Every input is multiplied by its own weight. That gives ", terms,
                     ". A large weight lets its input count much, a negative one turns its sign, and 0 would switch it "
                     "off.")},
       .exhibits = {picture(products)}},
      {.title = "Forwards: the sum",
       .words = {cat("The products and the bias are added: z = ", said(e.z),
                     ". Until here the neuron is a straight line in "
                     "each of its numbers.")},
       .exhibits = {picture(sum)}},
      {.title = "Forwards: the activation",
       .words = {cat("The last operation bends the line. ReLU lets a positive number through and makes 0 of a negative "
                     "one: y = max(0, z) = ",
                     said(e.y), ". This is the output. Now the same in symbols and in numbers.")},
       .exhibits = {picture(all), Arithmetic{sums, {"Forwards"}}}}};
}

std::vector<Page> backwards(const NeuronExplanation& e, const Pictures& picture, const ExplainRun& sums) {
  return {
      {.title = "Backwards: how y answers to z",
       .words =
           {"Now we ask of every number: if it grew by a little, how much would y grow? That ratio is the "
            "derivative of y by this number, written ∂y/∂(this). We begin at the result, where it is 1, and go "
            "back.",
            cat("ReLU passes z on unchanged where z is above 0, so its slope there is 1, and 0 elsewhere. Here z = ",
                said(e.z), " and the slope is ", said(e.slope), ".")},
       .exhibits = {picture(all, at_sum)}},
      {.title = "Backwards: through the sum",
       .words = {"In a sum each part counts in full: if one product grows by a little, z grows by as much. So every "
                 "product has the derivative of z, and so has the bias.",
                 cat("∂y/∂b = ", said(e.bias_gradient), ".")},
       .exhibits = {picture(all, at_products)}},
      {.title = "Backwards: to the weights",
       .words = {cat(
           "In a product each factor counts as often as the other one is large: by its weight, a product has the "
           "slope x. The derivatives along the way are multiplied. That is the chain rule, and all that "
           "networks do in training: ∂y/∂w = ",
           said(e.gradient), ".")},
       .exhibits = {picture(all, at_weights), Arithmetic{sums, {"Backwards"}}}}};
}

}  // namespace

std::vector<Page> neuron_pages() {
  const std::string text(first_neuron);
  const Neuron n = Neuron::parse(text);
  const NeuronExplanation e = explain::explain_neuron(n);
  const ExplainRun sums = run(Pictures::request(text));
  const Pictures picture(text);
  std::vector<Page> pages = forwards(n, e, picture, sums);
  for (Page& page : backwards(e, picture, sums)) pages.push_back(std::move(page));

  pages.push_back(
      {.title = "The update",
       .words =
           {cat("To make y smaller, each weight moves a little against its derivative. How little says the learning "
                "rate η = ",
                said(n.learning_rate),
                ": w becomes w − η·∂y/∂w. What raises y is lowered, and the "
                "other way round."),
            cat("The new weights are ", said(e.new_w), ", the new bias is ", said(e.new_b), ".")},
       .exhibits = {Arithmetic{sums, {"Update"}}}});

  const std::string after = stepped(n, e);
  double squares = e.bias_gradient * e.bias_gradient;
  for (const double g : e.gradient) squares += g * g;
  pages.push_back(
      {.title = "Forwards again",
       .words =
           {cat("With the new numbers the neuron gives ", said(e.new_y), " where it gave ", said(e.y),
                ": y has fallen by ", said(e.y - e.new_y), "."),
            cat("That is no accident. Each number moved by η times its derivative, and y answers with the derivative "
                "once more, so the fall is η times the sum of the squared derivatives: ",
                said(n.learning_rate), "·", said(squares), " = ", said(n.learning_rate * squares),
                ". It is exact here, since y is a straight line as long as z stays above 0; on a curve it holds for "
                "small steps.")},
       .exhibits = {Pictures(after)(all), Arithmetic{sums, {"The neuron afterwards"}}}});
  return pages;
}

}  // namespace talweg::api::lesson
