#include "talweg/explain/network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/first_step.hpp"
#include "talweg/explain/network_view.hpp"
#include "talweg/explain/operations.hpp"
#include "talweg/models/penalty.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// Sums of up to this many terms are written out.
constexpr std::size_t most_terms = 16;
/// Rows of a table, paths and units drawn, before the rest is only counted.
constexpr std::size_t most_rows = 24, most_paths = 8, most_counted = 20000, most_drawn = 8;

constexpr double plain_rate = 0.01;

std::string numbered(std::string_view of, std::size_t index) { return cat(of, "[", index + 1, "]"); }

class Explainer {
 public:
  Explainer(const WeightRequest& request, NetworkView& view, const Place& place)
      : request_(request), view_(view), place_(place), layer_(view.layers[place.layer]) {}

  WeightExplanation run() {
    out_.weight = view_.name(place_);
    out_.value = view_.value(place_);
    out_.loss = view_.loss;
    row_section();
    forward();
    outputs();
    backward();
    paths();
    update();
    draw();
    return std::move(out_);
  }

 private:
  bool last() const { return place_.layer + 1 == view_.layers.size(); }
  std::string input_name() const {
    if (place_.layer > 0) return numbered(cat(view_.layers[place_.layer - 1].name, ".out"), place_.input);
    return request_.model.preprocess.input_names()[place_.input];
  }
  std::string z_name() const { return numbered(cat(layer_.name, ".z"), place_.unit); }
  std::string out_name(std::size_t layer, std::size_t unit) const {
    return numbered(cat(view_.layers[layer].name, layer + 1 == view_.layers.size() ? ".z" : ".out"), unit);
  }

  void row_section() {
    const auto& p = request_.model.preprocess;
    Section s{cat("Row ", request_.row, " of ", request_.table.origin), {}};
    const data::Target& target = p.target;
    const bool classes = !target.classes.empty();
    s.blocks.emplace_back(
        cat("target ", target.name, " = ",
            classes ? target.classes[static_cast<std::size_t>(view_.truth)] : text::number(view_.truth)));
    Table t{{"input", "column", "in the file", "as the network sees it"}, {}};
    std::size_t k = 0;
    for (const data::Feature& f : p.features) {
      const data::Column* column = request_.table.find(f.name);
      for (std::size_t c = 0; c < f.inputs(); ++c, ++k) {
        if (k >= most_rows && !(place_.layer == 0 && !place_.bias && k == place_.input)) continue;
        const bool text_column = f.kind == data::Column::Kind::text;
        std::string raw = "absent";
        if (column && column->is_missing(request_.row - 1))
          raw = "missing";
        else if (column && text_column)
          raw = column->categories[static_cast<std::size_t>(column->codes[request_.row - 1])];
        else if (column)
          raw = text::number(column->number(request_.row - 1));
        if (!text_column && f.factor != 1) raw += cat("  (− ", f.mean, ") · ", f.factor);
        t.rows.push_back(
            {cat(k + 1), text_column ? cat(f.name, "=", f.categories[c]) : f.name, raw, text::number(view_.x[k])});
      }
    }
    s.blocks.emplace_back(std::move(t));
    if (k > most_rows) s.blocks.emplace_back(cat("and ", k - most_rows, " more inputs"));
    out_.sections.push_back(std::move(s));
  }

  /// z = Σ w·in + b of one unit, written out when it is not too long.
  Traced pre_activation(Sheet& sheet, const LayerView& layer, std::size_t unit, const std::string& name) const {
    if (layer.inputs() > most_terms)
      return {sheet, sheet.given(symbol(name), layer.z[unit], cat("the bias and ", layer.inputs(), " products"))};
    Traced z = Traced::symbol(sheet, "b", layer.bias[unit]);
    for (std::size_t i = 0; i < layer.inputs(); ++i)
      z = z + Traced::symbol(sheet, cat("in", i + 1), layer.in[i]) *
                  Traced::symbol(sheet, cat("w", i + 1), layer.w(i, unit));
    return Traced::define(sheet, symbol(name), z);
  }

  void forward() {
    Sheet sheet;
    const Traced z = pre_activation(sheet, layer_, place_.unit, z_name());
    if (!layer_.activation.empty())
      Traced::define(sheet, symbol(out_name(place_.layer, place_.unit)), activate(layer_.activation, z),
                     layer_.activation);
    out_.sections.push_back({cat("Forwards: unit ", place_.unit + 1, " of ", layer_.name), sheet.take()});
    for (std::size_t l = place_.layer + 1; l < view_.layers.size(); ++l) unit_table(l);
  }

  void unit_table(std::size_t l) {
    const LayerView& layer = view_.layers[l];
    const bool has_activation = !layer.activation.empty();
    Table t{{"unit", "z"}, {}};
    if (has_activation) t.columns.push_back(layer.activation);
    for (std::size_t j = 0; j < std::min(layer.units(), most_rows); ++j) {
      t.rows.push_back({cat(j + 1), text::number(layer.z[j])});
      if (has_activation) t.rows.back().push_back(text::number(layer.out[j]));
    }
    Section s{cat("Forwards: ", layer.name), {std::move(t)}};
    if (layer.units() > most_rows) s.blocks.emplace_back(cat("and ", layer.units() - most_rows, " more units"));
    out_.sections.push_back(std::move(s));
  }

  /// The loss, and its derivative by each output.
  void outputs() {
    const LayerView& top = view_.layers.back();
    const models::Head& head = request_.model.head;
    Sheet sheet;
    if (head.task == data::Task::regression && head.deviation != 1)
      sheet.say(cat("the network works on (target − ", head.mean, ")/", head.deviation));
    if (!view_.target.values.empty())
      sheet.given(symbol("t"), view_.target.values[0], "the target as the loss sees it");
    for (std::size_t k = 0; k < std::min(top.units(), most_rows); ++k)
      sheet.given(symbol(numbered("p", k)), top.z[k], k == 0 ? cat("output of ", top.name) : "");
    sheet.given(symbol("loss"), view_.loss, cat(head.loss, ": ", nn::loss(head.loss).card().formula));
    const std::vector<Traced> slopes = slopes_of_loss(sheet);
    for (std::size_t k = 0; k < std::min(top.units(), most_rows); ++k) {
      const Text name = symbol(cat("∂loss/∂", numbered("p", k)));
      if (k < slopes.size())
        Traced::define(sheet, name, slopes[k]);
      else
        sheet.given(name, top.by_z[k]);
    }
    out_.sections.push_back({"Loss", sheet.take()});
  }

  /// By each output of the row; none where the formula has too many terms.
  std::vector<Traced> slopes_of_loss(Sheet& sheet) const {
    const LayerView& top = view_.layers.back();
    if (top.units() > most_terms) return {};
    std::vector<Traced> p;
    for (std::size_t k = 0; k < top.units(); ++k) p.push_back(Traced::symbol(sheet, numbered("p", k), top.z[k]));
    const Traced target = view_.target.values.empty() ? Traced(view_.target.classes[0])
                                                      : Traced::symbol(sheet, "t", view_.target.values[0]);
    return loss_slopes(request_.model.head.loss, p, target);
  }

  /// From the outputs down to the unit of the weight, then to the weight.
  void backward() {
    for (std::size_t l = view_.layers.size(); l-- > place_.layer + 1;) derivative_table(l);
    Sheet sheet;
    Traced by_z;
    const std::string z = cat("∂loss/∂", z_name());
    if (last()) {
      by_z = Traced(sheet, sheet.given(symbol(z), layer_.by_z[place_.unit], "as above: this is an output"));
    } else {
      const Traced by_out = sum_over_units(sheet);
      const Traced zs = Traced::symbol(sheet, z_name(), layer_.z[place_.unit]),
                   as = Traced::symbol(sheet, out_name(place_.layer, place_.unit), layer_.out[place_.unit]);
      const Traced slope =
          Traced::define(sheet, symbol(cat("∂", out_name(place_.layer, place_.unit), "/∂", z_name())),
                         activation_slope(layer_.activation, zs, as), cat("the slope of ", layer_.activation));
      by_z = Traced::define(sheet, symbol(z), by_out * slope, "chain rule");
    }
    const std::string w = out_.weight;
    const Traced local(
        sheet, sheet.given(symbol(cat("∂", z_name(), "/∂", w)), place_.bias ? 1 : layer_.in[place_.input],
                           place_.bias ? "a bias is added as it is" : cat("the weight's input, ", input_name())));
    Traced g = Traced::define(sheet, symbol(cat("∂loss/∂", w)), by_z * local, "chain rule");
    const models::ModelSpec& spec = request_.model.spec;
    if ((!place_.bias || spec.regularized_bias) && (spec.l1 != 0 || spec.l2 != 0)) {
      const Traced at = Traced::symbol(sheet, w, out_.value);
      if (spec.l2 != 0) g = g + Traced::symbol(sheet, "l2", spec.l2) * at;
      if (spec.l1 != 0)
        g = g +
            Traced::symbol(sheet, "l1", models::network_l1(spec, request_.model.head)) * Traced::unary(Op::sign, at);
      g = Traced::define(sheet, symbol(cat("gradient of ", w)), g, "with the penalties of the model");
    }
    out_.gradient = g.value();
    out_.sections.push_back({cat("Backwards: to ", w), sheet.take()});
  }

  /// ∂loss/∂out of the weight's unit: the sum over the units of the next layer.
  Traced sum_over_units(Sheet& sheet) const {
    const LayerView& next = view_.layers[place_.layer + 1];
    const Text name = symbol(cat("∂loss/∂", out_name(place_.layer, place_.unit)));
    if (next.units() > most_terms)
      return {sheet, sheet.given(name, layer_.by_out[place_.unit],
                                 cat("the sum over the ", next.units(), " units of ", next.name))};
    Traced sum;
    for (std::size_t k = 0; k < next.units(); ++k) {
      const Traced term =
          Traced::symbol(sheet, cat(next.name, "[", place_.unit + 1, ",", k + 1, "]"), next.w(place_.unit, k)) *
          Traced::symbol(sheet, cat("∂loss/∂", numbered(cat(next.name, ".z"), k)), next.by_z[k]);
      sum = k == 0 ? term : sum + term;
    }
    return Traced::define(sheet, name, sum, "the sum over the units that it feeds");
  }

  void derivative_table(std::size_t l) {
    const LayerView& layer = view_.layers[l];
    if (l + 1 == view_.layers.size()) return;  // the outputs were shown with the loss
    Table t{{"unit", "∂loss/∂out", cat("slope of ", layer.activation), "∂loss/∂z"}, {}};
    for (std::size_t j = 0; j < std::min(layer.units(), most_rows); ++j)
      t.rows.push_back(
          {cat(j + 1), text::number(layer.by_out[j]), text::number(layer.slope[j]), text::number(layer.by_z[j])});
    Section s{
        cat("Backwards: ", layer.name),
        {cat("∂loss/∂out is the sum over ", view_.layers[l + 1].name, " of weight·∂loss/∂z there"), std::move(t)}};
    if (layer.units() > most_rows) s.blocks.emplace_back(cat("and ", layer.units() - most_rows, " more units"));
    out_.sections.push_back(std::move(s));
  }

  struct Path {
    std::vector<std::size_t> units;  ///< one in each layer after the weight's own
    double product;
  };

  double count_paths() const {
    double count = 1;
    for (std::size_t l = place_.layer + 1; l < view_.layers.size(); ++l) count *= double(view_.layers[l].units());
    return count;
  }

  void walk(std::size_t l, std::size_t unit, Path path, std::vector<Path>& all) const {
    if (l + 1 == view_.layers.size()) {
      path.product *= view_.layers[l].by_z[unit];
      all.push_back(std::move(path));
      return;
    }
    path.product *= view_.layers[l].slope[unit];
    const LayerView& next = view_.layers[l + 1];
    for (std::size_t k = 0; k < next.units(); ++k) {
      Path longer = path;
      longer.units.push_back(k);
      longer.product *= next.w(unit, k);
      walk(l + 1, k, std::move(longer), all);
    }
  }

  void paths() {
    if (last()) return;
    const double count = count_paths();
    Section s{"Paths", {}};
    if (count > double(most_counted)) {
      s.blocks.emplace_back(cat(text::brief(count), " paths lead from the loss to the weight: too many to list"));
      out_.sections.push_back(std::move(s));
      return;
    }
    std::vector<Path> all;
    walk(place_.layer, place_.unit, {{}, place_.bias ? 1 : layer_.in[place_.input]}, all);
    std::stable_sort(all.begin(), all.end(),
                     [](const Path& a, const Path& b) { return std::abs(a.product) > std::abs(b.product); });
    double sum = 0;
    for (const Path& p : all) sum += p.product;
    Table t{{"path", "local derivatives", "product"}, {}};
    for (std::size_t k = 0; k < std::min(all.size(), most_paths); ++k)
      t.rows.push_back({route(all[k]), factors(all[k]), text::number(all[k].product)});
    s.blocks.emplace_back(cat(all.size(), all.size() == 1 ? " path leads" : " paths lead",
                              " from the loss to the weight; each counts with the product of its local derivatives",
                              all.size() > most_paths ? cat("; the ", most_paths, " largest:") : ""));
    s.blocks.emplace_back(std::move(t));
    s.blocks.emplace_back(Equation{symbol("Σ"), {}, {}, sum, "over all paths"});
    out_.sections.push_back(std::move(s));
  }

  std::string route(const Path& p) const {
    std::string out = "loss";
    for (std::size_t k = p.units.size(); k-- > 0;)
      out += cat(" → ", numbered(view_.layers[place_.layer + 1 + k].name, p.units[k]));
    return cat(out, " → ", numbered(layer_.name, place_.unit), " → weight");
  }

  /// From the loss to the weight, as the route is read.
  std::string factors(const Path& p) const {
    const LayerView& top = view_.layers.back();
    std::string out = text::brief(top.by_z[p.units.back()]);
    const auto times = [&](double v) { out += v < 0 ? cat("*(", text::brief(v), ")") : cat("*", text::brief(v)); };
    for (std::size_t k = p.units.size(); k-- > 0;) {
      const std::size_t from = k == 0 ? place_.unit : p.units[k - 1];
      times(view_.layers[place_.layer + 1 + k].w(from, p.units[k]));
      times(view_.layers[place_.layer + k].slope[from]);
    }
    times(place_.bias ? 1 : layer_.in[place_.input]);
    return out;
  }

  void update() {
    const std::string& optimizer = request_.model.record.optimizer;
    const std::string gradient = cat("∂loss/∂", out_.weight);
    Sheet sheet;
    if (!is_first_order(optimizer) || is_deterministic(optimizer)) {
      sheet.say(cat(optimizer.empty() ? "how it was trained is not known" : optimizer + " moves by all rows at once",
                    "; for this row alone, a step against the gradient"));
      const Traced w = Traced::symbol(sheet, out_.weight, out_.value);
      const Traced rate(sheet, sheet.given(symbol("η"), plain_rate, "a learning rate for the example"));
      out_.new_value = Traced::define(sheet, symbol(cat(out_.weight, "⁺")),
                                      w - rate * Traced::symbol(sheet, gradient, out_.gradient))
                           .value();
      out_.sections.push_back({"Update", sheet.take()});
      return;
    }
    sheet.say(cat("as if training went on with this row alone: the first step of ", optimizer));
    FirstStep step = explain_first_step(sheet, optimizer, out_.weight, out_.value, out_.gradient, gradient);
    out_.new_value = step.value;
    if (!step.coefficients.empty()) out_.sections.push_back({"Coefficients of the step", std::move(step.coefficients)});
    out_.sections.push_back({"Update", sheet.take()});
  }

  /// The units of a layer that matter most for the gradient, in their order.
  std::vector<std::size_t> strongest(const LayerView& layer, const std::vector<double>& reach) const {
    std::vector<std::size_t> order(layer.units());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::abs(reach[a] * layer.by_z[a]) > std::abs(reach[b] * layer.by_z[b]);
    });
    order.resize(std::min(order.size(), most_drawn));
    std::sort(order.begin(), order.end());
    return order;
  }

  void draw() {
    using Kind = GraphNode::Kind;
    Graph& g = out_.graph;
    g.title = cat("from the loss to ", out_.weight, ", row ", request_.row, ": values, and ∂ = ∂loss/∂(this)");
    const double in = place_.bias ? 1 : layer_.in[place_.input], by_z = layer_.by_z[place_.unit];
    const auto w = g.add(out_.weight, out_.value, by_z * in, Kind::input);
    const auto z = g.add(z_name(), layer_.z[place_.unit], by_z);
    g.connect(w, z, in);
    if (!place_.bias) g.connect(g.add(input_name(), in, by_z * out_.value, Kind::input), z, out_.value);
    std::vector<std::pair<std::size_t, std::size_t>> front{{z, place_.unit}};  // node, unit
    if (!last()) {
      const auto out = g.add(cat(layer_.activation, " ", out_name(place_.layer, place_.unit)), layer_.out[place_.unit],
                             layer_.by_out[place_.unit]);
      g.connect(z, out, layer_.slope[place_.unit]);
      front = {{out, place_.unit}};
    }
    bool some_left = false;
    for (std::size_t l = place_.layer + 1; l < view_.layers.size(); ++l) {
      const LayerView& layer = view_.layers[l];
      const bool top = l + 1 == view_.layers.size();
      std::vector<double> reach(layer.units());
      for (const auto& [node, from] : front)
        for (std::size_t j = 0; j < layer.units(); ++j) reach[j] += std::abs(layer.w(from, j));
      std::vector<std::pair<std::size_t, std::size_t>> next;
      for (const std::size_t j : strongest(layer, reach)) {
        const auto node =
            g.add(top ? out_name(l, j) : cat(layer.activation, " ", out_name(l, j)), layer.out[j], layer.by_out[j]);
        for (const auto& [before, from] : front) g.connect(before, node, layer.w(from, j) * layer.slope[j]);
        next.emplace_back(node, j);
      }
      some_left = some_left || next.size() < layer.units();
      front = std::move(next);
    }
    const auto loss = g.add("loss", view_.loss, 1, Kind::result);
    for (const auto& [node, unit] : front) g.connect(node, loss, view_.layers.back().by_z[unit]);
    if (some_left) g.title += cat("; of each layer the ", most_drawn, " strongest units");
  }

  const WeightRequest& request_;
  NetworkView& view_;
  Place place_;
  const LayerView& layer_;
  WeightExplanation out_;
};

}  // namespace

WeightExplanation explain_weight(const WeightRequest& request) {
  NetworkView view(request.model, request.table, request.row);
  const Place place = request.weight.empty() ? view.largest() : view.find(request.weight);
  if (place.layer < view.first_followed)
    throw Error(cat(view.name(place), " acts through softmax, which turns several sums into shares, so that no single ",
                    "path leads to it; explain a weight of ", view.layers[view.first_followed].name));
  return Explainer(request, view, place).run();
}

}  // namespace talweg::explain
