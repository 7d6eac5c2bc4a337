#include "talweg/explain/neuron.hpp"

#include <array>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/first_step.hpp"
#include "talweg/explain/operations.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/losses/squared.hpp"

namespace talweg::explain {

namespace {

using text::cat;

constexpr std::string_view form = "write it like \"x=1,-2,3 w=-3,-1,2 b=1 activation=relu\"";

double number_of(std::string_view token, std::string_view key) {
  const auto v = text::parse_number(token);
  if (!v || !std::isfinite(*v))
    throw Error("neuron", cat(text::option("neuron"), ": '", token, "' in ", key, " is not a finite number: ", form));
  return *v;
}

std::vector<double> numbers_of(std::string_view list, std::string_view key) {
  std::vector<double> out;
  for (const auto token : text::split(list, ',')) out.push_back(number_of(token, key));
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (const auto word : text::split(text, ' '))
    if (!word.empty()) out.push_back(word);
  return out;
}

/// The lines of one neuron, forwards, backwards and after the update.
class Explainer {
 public:
  explicit Explainer(const Neuron& n) : n_(n), count_(n.x.size()) {}

  NeuronExplanation run() {
    forward();
    backward();
    update();
    draw();
    return std::move(out_);
  }

 private:
  Text weight(std::size_t i) const { return symbol(count_ == 1 ? "w" : cat("w", i + 1)); }
  Text input(std::size_t i) const { return symbol(count_ == 1 ? "x" : cat("x", i + 1)); }
  std::string by_weight(std::string_view of, std::size_t i) const { return cat("∂", of, "/∂", weight(i).plain); }

  /// Σ w·x + b on the sheet.
  Traced pre_activation(Sheet& sheet, std::span<const double> w, double b, std::string_view mark) const {
    Traced z;
    for (std::size_t i = 0; i < count_; ++i) {
      const Traced term =
          Traced::symbol(sheet, symbol(cat(weight(i).plain, mark)), w[i]) * Traced::symbol(sheet, input(i), n_.x[i]);
      z = i == 0 ? term : z + term;
    }
    return z + Traced::symbol(sheet, cat("b", mark), b);
  }

  Traced loss_of(Sheet& sheet, const Traced& y) const {
    const Traced e = Traced::symbol(sheet, "t", *n_.target) - y;
    return Traced(0.5) * (e * e);
  }

  void forward() {
    Sheet sheet;
    const Traced z = Traced::define(sheet, symbol("z"), pre_activation(sheet, n_.w, n_.b, ""));
    const Traced y = Traced::define(sheet, symbol("y"), activate(n_.activation, z),
                                    cat(n_.activation, ": ", activation_formula(n_.activation), ", x being z"));
    out_.z = z.value();
    out_.y = y.value();
    if (n_.target) out_.loss = Traced::define(sheet, symbol("J"), loss_of(sheet, y), "half the squared error").value();
    out_.sections.push_back({"Forwards", sheet.take()});
  }

  void backward() {
    Sheet sheet;
    const Traced z = Traced::symbol(sheet, "z", out_.z), y = Traced::symbol(sheet, "y", out_.y);
    Traced outer;  // what the weights change, by z
    std::string of = "y";
    const Traced slope = Traced::define(sheet, symbol("∂y/∂z"), activation_slope(n_.activation, z, y),
                                        cat("the slope of ", n_.activation, " at z"));
    out_.slope = slope.value();
    if (n_.target) {
      of = "J";
      const Traced by_y = Traced::define(sheet, symbol("∂J/∂y"),
                                         nn::HalfSquaredError{}.slope(y, Traced::symbol(sheet, "t", *n_.target)));
      outer = Traced::define(sheet, symbol("∂J/∂z"), by_y * slope, "chain rule");
      loss_slope_ = by_y.value();
    } else {
      outer = slope;
    }
    outer_ = outer.value();
    for (std::size_t i = 0; i < count_; ++i) {
      const Traced local = Traced::define(sheet, symbol(by_weight("z", i)), Traced::symbol(sheet, input(i), n_.x[i]));
      out_.gradient.push_back(
          Traced::define(sheet, symbol(by_weight(of, i)), outer * local, i == 0 ? "chain rule" : "").value());
    }
    const Traced local(sheet, sheet.given(symbol("∂z/∂b"), 1));
    out_.bias_gradient = Traced::define(sheet, symbol(cat("∂", of, "/∂b")), outer * local).value();
    out_.sections.push_back({"Backwards", sheet.take()});
  }

  double moved(Sheet& sheet, const Text& name, const std::string& gradient, double value, double slope) {
    const Traced w = Traced::symbol(sheet, name, value);
    const Text next = symbol(cat(name.plain, "⁺"));
    if (!n_.optimizer.empty()) {
      FirstStep step = explain_first_step(sheet, n_.optimizer, name.plain, value, slope, gradient);
      coefficients_ = std::move(step.coefficients);
      return step.value;
    }
    const Traced rate = Traced::symbol(sheet, "η", n_.learning_rate);
    return Traced::define(sheet, next, w - rate * Traced::symbol(sheet, gradient, slope)).value();
  }

  void update() {
    Sheet sheet;
    const std::string of = n_.target ? "J" : "y";
    if (n_.optimizer.empty()) sheet.given(symbol("η"), n_.learning_rate, "learning rate");
    for (std::size_t i = 0; i < count_; ++i)
      out_.new_w.push_back(moved(sheet, weight(i), by_weight(of, i), n_.w[i], out_.gradient[i]));
    out_.new_b = moved(sheet, symbol("b"), cat("∂", of, "/∂b"), n_.b, out_.bias_gradient);
    if (!coefficients_.empty()) out_.sections.push_back({"Coefficients of this step", std::move(coefficients_)});
    out_.sections.push_back({n_.optimizer.empty() ? "Update: one step against the gradient"
                                                  : cat("Update: the first step of ", n_.optimizer),
                             sheet.take()});
    Sheet after;
    const Traced z = Traced::define(after, symbol("z⁺"), pre_activation(after, out_.new_w, out_.new_b, "⁺"));
    const Traced y = Traced::define(after, symbol("y⁺"), activate(n_.activation, z));
    if (n_.target) out_.new_loss = Traced::define(after, symbol("J⁺"), loss_of(after, y)).value();
    out_.new_z = z.value();
    out_.new_y = y.value();
    out_.sections.push_back({"The neuron afterwards", after.take()});
  }

  void draw() {
    using Kind = GraphNode::Kind;
    Graph& g = out_.graph;
    g.title = cat("one neuron, ", n_.activation, ": values, and ∂ = ∂", n_.target ? "J" : "y", "/∂(this)");
    std::vector<std::size_t> terms;
    for (std::size_t i = 0; i < count_; ++i) {
      const auto w = g.add(weight(i).plain, n_.w[i], out_.gradient[i], Kind::input);
      const auto x = g.add(input(i).plain, n_.x[i], outer_ * n_.w[i], Kind::input);
      const auto term = g.add(cat(weight(i).plain, "·", input(i).plain), n_.w[i] * n_.x[i], outer_);
      g.connect(w, term, n_.x[i]);
      g.connect(x, term, n_.w[i]);
      terms.push_back(term);
    }
    const auto b = g.add("b", n_.b, out_.bias_gradient, Kind::input);
    const auto z = g.add("z = Σ", out_.z, outer_);
    for (const auto term : terms) g.connect(term, z, 1);
    g.connect(b, z, 1);
    const auto y = g.add(cat("y = ", n_.activation), out_.y, n_.target ? loss_slope_ : 1,
                         n_.target ? Kind::operation : Kind::result);
    g.connect(z, y, out_.slope);
    if (!n_.target) return;
    const auto loss = g.add("J = ½(t−y)²", *out_.loss, 1, Kind::result);
    g.connect(y, loss, loss_slope_);
    const auto t = g.add("t", *n_.target, -loss_slope_, Kind::input);
    g.connect(t, loss, -loss_slope_);
  }

  const Neuron& n_;
  std::size_t count_;
  double outer_ = 0, loss_slope_ = 0;
  std::vector<Block> coefficients_;
  NeuronExplanation out_;
};

}  // namespace

Neuron Neuron::parse(std::string_view text) {
  static constexpr std::array<std::string_view, 7> keys{"x",        "w", "b", "activation", "target", "learning_rate",
                                                        "optimizer"};
  Neuron n;
  std::vector<std::string_view> given;
  for (const auto word : words_of(text)) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos)
      throw Error("neuron", cat(text::option("neuron"), ": '", word, "' has no '=': ", form));
    std::string_view key = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    if (key == "lr") key = "learning_rate";
    if (key == "y") key = "target";
    for (const auto before : given)
      if (before == key) throw Error("neuron", cat(text::option("neuron"), ": ", key, " is given twice"));
    given.push_back(key);
    if (key == "x") {
      n.x = numbers_of(value, key);
    } else if (key == "w") {
      n.w = numbers_of(value, key);
    } else if (key == "b") {
      n.b = number_of(value, key);
    } else if (key == "activation") {
      n.activation = nn::name(nn::activation(value));
    } else if (key == "target") {
      n.target = number_of(value, key);
    } else if (key == "learning_rate") {
      n.learning_rate = number_of(value, key);
      if (!(n.learning_rate > 0))
        throw Error("neuron", cat(text::option("neuron"), ": learning_rate = ", value, " must be above 0"));
    } else if (key == "optimizer") {
      n.optimizer = value;
    } else {
      const std::string near = text::did_you_mean(key, keys);
      throw Error("neuron", cat(text::option("neuron"), ": unknown key '", key,
                                "': ", near.empty() ? cat("the keys are ", text::list(keys)) : near));
    }
  }
  for (const std::string_view key : {"x", "w"})
    if ((key == "x" ? n.x : n.w).empty())
      throw Error("neuron", cat(text::option("neuron"), ": ", key, " is missing: ", form));
  if (n.x.size() != n.w.size())
    throw Error("neuron", cat(text::option("neuron"), ": x has ", n.x.size(), " numbers and w has ", n.w.size(),
                              ": give one weight for each input"));
  return n;
}

NeuronExplanation explain_neuron(const Neuron& neuron) { return Explainer(neuron).run(); }

}  // namespace talweg::explain
