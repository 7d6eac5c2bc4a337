#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/columns.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/graph.hpp"

/// A layered drawing after Sugiyama: layers by the longest way to the result, long edges cut by points without a box,
/// fewer crossings by the mean place of the neighbours, then coordinates.
namespace talweg::explain {

namespace {

using text::cat;

constexpr double row_gap = 14, column_gap = 74, most_room = 360, margin = 16, title_height = 34, most_title = 1200;
/// How far an edge leaves and enters level, as a share of its way: little, so that edges that fan out part early.
constexpr double bend = 0.3;
constexpr double line_height = 16, character = 7.4, small_character = 6.3;

/// Light or dark as the reader's system.
constexpr std::string_view style_sheet =
    ".g text{fill:#1b2027}.g-ground,.g-plain,.g-box{fill:#fff}.g-box{stroke:#1b2027}.g-input{fill:#eee}"
    ".g-result{stroke-width:2.5}.g-edge{fill:none;stroke:#57606a}.g-head{fill:#57606a}"
    "@media (prefers-color-scheme:dark){.g text{fill:#e6edf3}.g-ground,.g-plain,.g-box{fill:#0d1117}"
    ".g-box{stroke:#e6edf3}.g-input{fill:#222831}.g-edge{stroke:#9aa4af}.g-head{fill:#9aa4af}}";

/// To so many characters, with an ellipsis.
std::string cut(const std::string& s, double most) {
  if (double(text::columns(s)) <= most) return s;
  std::size_t end = 0;
  for (double taken = 1; end < s.size(); ++end)
    if ((static_cast<unsigned char>(s[end]) & 0xC0) != 0x80 && ++taken > most) break;
  return s.substr(0, end) + "…";
}

std::string escaped(const std::string& s) {
  std::string out;
  for (const char c : text::visible(s))
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}

std::string at(double v) { return text::brief(std::round(v * 10) / 10, 7); }

/// A box, or a point of a long edge.
struct Item {
  std::ptrdiff_t node = -1;
  std::size_t layer = 0;
  double width = 0, height = 0, x = 0, y = 0;
  std::vector<std::size_t> before, after;
};

class Drawing {
 public:
  explicit Drawing(const Graph& graph) : graph_(graph) {
    make_items();
    cut_long_edges();
    fill_layers();
    for (int sweep = 0; sweep < 12; ++sweep) untangle(sweep % 2 == 0);
    place();
  }

  std::string write() const {
    double width = 0, height = 0;
    for (const Item& i : items_) {
      width = std::max(width, i.x + i.width);
      height = std::max(height, i.y + i.height);
    }
    // A title makes the drawing wider, to a limit: beyond it, the title is cut.
    width =
        std::max(width + margin, std::min(most_title, 2 * margin + character * double(text::columns(graph_.title))));
    const std::string title = cut(graph_.title, (width - 2 * margin) / character);
    std::string out = cat("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", at(width), " ",
                          at(height + margin), "\" width=\"", at(width), "\" height=\"", at(height + margin),
                          "\" font-family=\"sans-serif\" font-size=\"13\" class=\"g\">\n<title>", escaped(graph_.title),
                          "</title>\n<style>", style_sheet,
                          "</style>\n<rect width=\"100%\" height=\"100%\" class=\"g-ground\"/>\n<text x=\"", margin,
                          "\" y=\"22\" font-size=\"14\">", escaped(title), "</text>\n");
    for (std::size_t e = 0; e < graph_.edges.size(); ++e) edge_line(e, out);
    for (const Item& i : items_)
      if (i.node >= 0) box(i, out);
    std::vector<Area> taken;
    for (const Item& i : items_)
      if (i.node >= 0) taken.push_back({i.x, i.y, i.width, i.height});
    for (std::size_t e = 0; e < graph_.edges.size(); ++e) edge_label(e, taken, out);
    return out + "</svg>\n";
  }

 private:
  static std::vector<std::string> lines(const GraphNode& n) {
    std::vector<std::string> out{n.label};
    if (!n.value.empty()) out.push_back("= " + n.value);
    if (!n.gradient.empty()) out.push_back("∂ = " + n.gradient);
    return out;
  }

  /// Layers count from the result: an input stands just before what first uses it.
  void make_items() {
    const std::size_t n = graph_.nodes.size();
    std::vector<std::size_t> depth(n);
    for (std::size_t round = 0; round < n; ++round) {
      bool changed = false;
      for (const GraphEdge& e : graph_.edges)
        if (depth[e.from] < depth[e.to] + 1) {
          depth[e.from] = depth[e.to] + 1;
          changed = true;
        }
      if (!changed) break;
    }
    const std::size_t deepest = n == 0 ? 0 : *std::max_element(depth.begin(), depth.end());
    for (std::size_t i = 0; i < n; ++i) {
      Item item;
      item.node = static_cast<std::ptrdiff_t>(i);
      item.layer = deepest - depth[i];
      const auto text = lines(graph_.nodes[i]);
      std::size_t longest = 2;
      for (const auto& line : text) longest = std::max(longest, text::columns(line));
      item.width = character * double(longest) + 16;
      item.height = line_height * double(text.size()) + 10;
      items_.push_back(item);
    }
  }

  void join(std::size_t from, std::size_t to) {
    items_[from].after.push_back(to);
    items_[to].before.push_back(from);
  }

  void cut_long_edges() {
    for (const GraphEdge& e : graph_.edges) {
      std::vector<std::size_t> way{e.from};
      for (std::size_t layer = items_[e.from].layer + 1; layer < items_[e.to].layer; ++layer) {
        Item point;
        point.layer = layer;
        point.height = 6;
        items_.push_back(point);
        join(way.back(), items_.size() - 1);
        way.push_back(items_.size() - 1);
      }
      join(way.back(), e.to);
      way.push_back(e.to);
      ways_.push_back(std::move(way));
    }
  }

  void fill_layers() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (layers_.size() <= items_[i].layer) layers_.resize(items_[i].layer + 1);
      layers_[items_[i].layer].push_back(i);
    }
  }

  std::vector<double> ranks() const {
    std::vector<double> out(items_.size());
    for (const auto& layer : layers_)
      for (std::size_t k = 0; k < layer.size(); ++k) out[layer[k]] = double(k) - double(layer.size() - 1) / 2;
    return out;
  }

  /// Sorts each layer by the mean place of its neighbours, from one side or the other.
  void untangle(bool forwards) {
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      auto& layer = layers_[forwards ? k : layers_.size() - 1 - k];
      const auto rank = ranks();
      const auto wish = [&](std::size_t i) {
        const auto& near = forwards ? items_[i].before : items_[i].after;
        if (near.empty()) return rank[i];
        double sum = 0;
        for (const std::size_t j : near) sum += rank[j];
        return sum / double(near.size());
      };
      std::stable_sort(layer.begin(), layer.end(), [&](std::size_t a, std::size_t b) { return wish(a) < wish(b); });
    }
  }

  double column_height(const std::vector<std::size_t>& layer) const {
    double sum = -row_gap;
    for (const std::size_t i : layer) sum += items_[i].height + row_gap;
    return sum;
  }

  void place() {
    double tallest = 0, x = margin;
    for (const auto& layer : layers_) tallest = std::max(tallest, column_height(layer));
    for (const auto& layer : layers_) {
      double widest = 0, y = title_height + margin + (tallest - column_height(layer)) / 2;
      for (const std::size_t i : layer) widest = std::max(widest, items_[i].width);
      for (const std::size_t i : layer) {
        items_[i].x = x + (widest - items_[i].width) / 2;
        items_[i].y = y;
        y += items_[i].height + row_gap;
      }
      // Where edges cross, their labels need room beside each other.
      std::size_t edges = 0;
      for (const std::size_t i : layer) edges += items_[i].after.size();
      const double crowd = double(edges) / double(std::max<std::size_t>(1, layer.size()));
      x += widest + column_gap + most_room * std::min(1.0, (crowd - 1) / 7) * (crowd > 1 && layer.size() > 1);
    }
    for (int sweep = 0; sweep < 8; ++sweep) straighten(sweep % 2 == 0);
    double top = HUGE_VAL;
    for (const Item& i : items_) top = std::min(top, i.y);
    for (Item& i : items_) i.y += title_height + margin - top;
  }

  double middle(std::size_t i) const { return items_[i].y + items_[i].height / 2; }

  /// Moves boxes towards the mean height of their neighbours, as far as the order and the gaps allow.
  void straighten(bool forwards) {
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      const auto& layer = layers_[forwards ? k : layers_.size() - 1 - k];
      std::vector<double> y(layer.size());
      for (std::size_t r = 0; r < layer.size(); ++r) {
        const Item& item = items_[layer[r]];
        const auto& near = forwards ? item.before : item.after;
        double sum = 0;
        for (const std::size_t j : near) sum += middle(j);
        y[r] = near.empty() ? item.y : sum / double(near.size()) - item.height / 2;
      }
      spread(layer, y);
    }
  }

  /// The heights nearest to `y` (least squares) that keep the order and the gaps: blocks that would overlap are merged.
  void spread(const std::vector<std::size_t>& layer, const std::vector<double>& y) {
    struct Block {
      double sum;
      std::size_t count;
      double mean() const { return sum / double(count); }
    };
    std::vector<Block> blocks;
    double offset = 0;
    std::vector<double> offsets;
    for (std::size_t r = 0; r < layer.size(); ++r) {
      offsets.push_back(offset);
      blocks.push_back({y[r] - offset, 1});
      while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
        blocks[blocks.size() - 2].sum += blocks.back().sum;
        blocks[blocks.size() - 2].count += blocks.back().count;
        blocks.pop_back();
      }
      offset += items_[layer[r]].height + row_gap;
    }
    std::size_t r = 0;
    for (const Block& b : blocks)
      for (std::size_t k = 0; k < b.count; ++k, ++r) items_[layer[r]].y = b.mean() + offsets[r];
  }

  void edge_line(std::size_t e, std::string& out) const {
    const auto& way = ways_[e];
    const Item &from = items_[way.front()], &to = items_[way.back()];
    double x = from.x + from.width, y = middle(way.front());
    std::string path = cat("M", at(x), " ", at(y));
    for (std::size_t k = 1; k < way.size(); ++k) {
      const double next_x = items_[way[k]].x, next_y = middle(way[k]), half = bend * (next_x - x);
      path += cat(" C", at(x + half), " ", at(y), " ", at(next_x - half), " ", at(next_y), " ", at(next_x), " ",
                  at(next_y));
      x = next_x;
      y = next_y;
    }
    out += cat("<path d=\"", path, "\" class=\"g-edge\"/>\n<path d=\"M", at(to.x), " ", at(middle(way.back())),
               " l-7 -4 v8 z\" class=\"g-head\"/>\n");
  }

  struct Area {
    double x, y, width, height;
    double overlap(const Area& o) const {
      const double w = std::min(x + width, o.x + o.width) - std::max(x, o.x);
      const double h = std::min(y + height, o.y + o.height) - std::max(y, o.y);
      return w > 0 && h > 0 ? w * h : 0;
    }
  };

  /// A point of an edge: `share` of the way through its segment `k`, as edge_line draws it.
  std::pair<double, double> along(const std::vector<std::size_t>& way, std::size_t k, double share) const {
    const Item& from = items_[way[k]];
    const double x = from.x + from.width, y = middle(way[k]), next_x = items_[way[k + 1]].x,
                 next_y = middle(way[k + 1]);
    const double half = bend * (next_x - x), s = share, r = 1 - share;
    return {r * r * r * x + 3 * r * r * s * (x + half) + 3 * r * s * s * (next_x - half) + s * s * s * next_x,
            (r * r * r + 3 * r * r * s) * y + (3 * r * s * s + s * s * s) * next_y};
  }

  /// Where it hides least of the boxes and of the labels before it.
  void edge_label(std::size_t e, std::vector<Area>& taken, std::string& out) const {
    const std::string& label = graph_.edges[e].local;
    if (label.empty()) return;
    const double width = small_character * double(text::columns(label)) + 4, height = 15;
    Area best{};
    double least = HUGE_VAL;
    for (std::size_t k = 0; k + 1 < ways_[e].size(); ++k)
      for (int step = 0; step < 33; ++step) {
        // From the middle outwards: 0.5, 0.475, 0.525, …
        const double share = 0.5 + 0.025 * double(step % 2 == 0 ? step / 2 : -(step + 1) / 2);

        const auto [x, y] = along(ways_[e], k, share);
        const Area a{x - width / 2 - 2, y - 9, width + 4, height + 2};
        double hidden = 0;
        for (const Area& t : taken) hidden += a.overlap(t);
        if (hidden < least) {
          least = hidden;
          best = a;
        }
      }
    taken.push_back(best);
    best = {best.x + 2, best.y + 1, width, height};
    out += cat("<rect x=\"", at(best.x), "\" y=\"", at(best.y), "\" width=\"", at(width), "\" height=\"", at(height),
               "\" class=\"g-plain\"/><text x=\"", at(best.x + width / 2), "\" y=\"", at(best.y + 12),
               "\" font-size=\"11\" text-anchor=\"middle\" font-style=\"italic\">", escaped(label), "</text>\n");
  }

  void box(const Item& i, std::string& out) const {
    const GraphNode& n = graph_.nodes[static_cast<std::size_t>(i.node)];
    const bool result = n.kind == GraphNode::Kind::result, input = n.kind == GraphNode::Kind::input;
    out += cat("<rect x=\"", at(i.x), "\" y=\"", at(i.y), "\" width=\"", at(i.width), "\" height=\"", at(i.height),
               "\" rx=\"", input ? 12 : 3, "\" class=\"g-box", input ? " g-input" : "", result ? " g-result" : "",
               "\"/>\n");
    const auto text = lines(n);
    for (std::size_t k = 0; k < text.size(); ++k)
      out +=
          cat("<text x=\"", at(i.x + i.width / 2), "\" y=\"", at(i.y + 17 + line_height * double(k)),
              "\" text-anchor=\"middle\"", k == 0 ? " font-weight=\"bold\"" : "", ">", escaped(text[k]), "</text>\n");
  }

  const Graph& graph_;
  std::vector<Item> items_;
  std::vector<std::vector<std::size_t>> layers_;
  std::vector<std::vector<std::size_t>> ways_;  ///< of each edge, from box to box
};

}  // namespace

std::string svg(const Graph& graph) { return Drawing(graph).write(); }

}  // namespace talweg::explain
