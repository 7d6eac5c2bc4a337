#include "talweg/formula/row_program.hpp"

#include <algorithm>
#include <utility>

#include "talweg/formula/lane_kernels.hpp"
#include "talweg/parallel/pool.hpp"

namespace talweg::formula {

using autodiff::ScalarNode;
using autodiff::ScalarOp;

RowProgram::RowProgram(std::span<const ScalarNode> nodes, Id result, std::size_t numbers, std::size_t inputs)
    : nodes_(nodes.begin(), nodes.end()),
      result_(result),
      numbers_(numbers),
      inputs_(inputs),
      needed_(nodes.size(), 0),
      active_(nodes.size(), 0),
      first_a_(nodes.size(), 0),
      first_b_(nodes.size(), 0) {
  needed_[result_] = 1;
  for (std::size_t i = nodes_.size(); i-- > inputs_;) {
    if (nodes_[i].op == ScalarOp::constant) continue;
    needed_[nodes_[i].a] = 1;
    if (is_binary(nodes_[i].op)) needed_[nodes_[i].b] = 1;
  }
  for (std::size_t i = 0; i < numbers_; ++i) active_[i] = needed_[i];
  for (std::size_t i = inputs_; i < nodes_.size(); ++i)
    active_[i] = nodes_[i].op != ScalarOp::constant &&
                 (active_[nodes_[i].a] || (is_binary(nodes_[i].op) && active_[nodes_[i].b]));
  std::vector<char> seen(nodes_.size(), 0);
  for (std::size_t i = nodes_.size(); i-- > inputs_;) {
    if (!active_[i]) continue;
    const ScalarNode& n = nodes_[i];
    if (active_[n.a]) first_a_[i] = !seen[n.a], seen[n.a] = 1;
    if (is_binary(n.op) && active_[n.b]) first_b_[i] = !seen[n.b], seen[n.b] = 1;
  }
  for (std::size_t i = 0; i < numbers_; ++i)
    if (active_[i]) slots_.push_back(static_cast<Id>(i));
  constexpr std::size_t cached = 32 * 1024, most = 256;  // doubles that stay near the processor
  block_ =
      std::clamp(cached / std::max<std::size_t>(arrays(true), 1) / lanes::width * lanes::width, lanes::width, most);
}

std::size_t RowProgram::arrays(bool sloped) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!needed_[i]) continue;
    const bool kept = i >= inputs_ && lanes::keeps_slopes(nodes_[i].op);
    count += 1 + (sloped && active_[i] ? 1 + (kept ? 1 + is_binary(nodes_[i].op) : 0) : 0);
  }
  return count;
}

void RowProgram::lay_out(Workspace& w) const {
  w.memory.assign(arrays(w.sloped) * w.block, 0);
  for (auto* list : {&w.value, &w.da, &w.db, &w.adjoint, &w.gathered}) list->assign(nodes_.size(), nullptr);
  w.at.assign(nodes_.size(), nullptr);
  double* next = w.memory.data();
  const auto array = [&] { return std::exchange(next, next + w.block); };
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!needed_[i]) continue;
    const ScalarOp op = nodes_[i].op;
    const bool column = i >= numbers_ && i < inputs_;
    (column ? w.gathered : w.value)[i] = array();
    w.at[i] = w.value[i];
    if (op == ScalarOp::constant) std::fill_n(w.value[i], w.block, nodes_[i].c);
    if (!w.sloped || !active_[i]) continue;
    w.adjoint[i] = array();
    if (i < inputs_ || !lanes::keeps_slopes(op)) continue;
    w.da[i] = array();
    if (is_binary(op)) w.db[i] = array();
  }
}

/// Lays the arrays out where they do not lie yet, and spreads the numbers.
void RowProgram::prepare(Workspace& w, const Inputs& in, bool sloped) const {
  const std::size_t block = std::min(block_, (in.rows.size() + lanes::width - 1) / lanes::width * lanes::width);
  if (w.block < block || (sloped && !w.sloped)) {
    w.block = std::max(block, w.block);
    w.sloped = w.sloped || sloped;
    lay_out(w);
  }
  for (std::size_t i = 0; i < numbers_; ++i)
    if (needed_[i]) std::fill_n(w.value[i], block, in.numbers[i]);
}

void RowProgram::forward(Workspace& w, const Inputs& in, std::size_t begin, std::size_t n) const {
  for (std::size_t i = numbers_; i < inputs_; ++i) {
    if (!needed_[i]) continue;
    const double* column = in.columns[i - numbers_];
    if (in.rows.listed.empty()) {
      w.at[i] = column + in.rows.first + begin;
    } else {
      lanes::gather(column, in.rows.listed.data() + begin, n, w.gathered[i]);
      w.at[i] = w.gathered[i];
    }
  }
  for (std::size_t i = inputs_; i < nodes_.size(); ++i) {
    const ScalarNode& node = nodes_[i];
    if (node.op == ScalarOp::constant) continue;
    const double* const a = w.at[node.a];
    lanes::forward(node.op, a, is_binary(node.op) ? w.at[node.b] : a, node.c, w.value[i], w.da[i], w.db[i], n);
  }
}

void RowProgram::reverse(Workspace& w, std::size_t n) const {
  if (!active_[result_]) return;
  std::fill_n(w.adjoint[result_], n, 1.0);
  for (std::size_t i = nodes_.size(); i-- > inputs_;) {
    if (!active_[i]) continue;
    const ScalarNode& node = nodes_[i];
    const bool two = is_binary(node.op);
    const lanes::Flow to_a{active_[node.a] ? w.adjoint[node.a] : nullptr, first_a_[i] != 0};
    const lanes::Flow to_b{two && active_[node.b] ? w.adjoint[node.b] : nullptr, first_b_[i] != 0};
    lanes::reverse(node.op, w.adjoint[i], w.at[node.a], two ? w.at[node.b] : w.at[node.a], node.c, w.da[i], w.db[i],
                   to_a, to_b, n);
  }
}

/// The sums of one piece of rows: the value, then the slope by each of `slots_`.
void RowProgram::sum_chunk(Workspace& w, const Inputs& in, std::size_t number, std::span<double> out) const {
  const std::size_t begin = number * chunk, end = std::min(begin + chunk, in.rows.size());
  w.sums.assign(out.size() * lanes::width, 0);
  for (std::size_t row = begin; row < end; row += w.block) {
    const std::size_t n = std::min(w.block, end - row);
    forward(w, in, row, n);
    lanes::add(w.at[result_], n, w.sums.data());
    if (out.size() == 1) continue;
    reverse(w, n);
    for (std::size_t k = 0; k < slots_.size(); ++k)
      lanes::add(w.adjoint[slots_[k]], n, w.sums.data() + (k + 1) * lanes::width);
  }
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = lanes::total(w.sums.data() + k * lanes::width);
}

/// fn(workspace, begin, end) over the chunks, as many pieces as there are threads.
template <class F> void RowProgram::in_pieces(Pool& pool, std::size_t chunks, const F& fn) {
  const auto pieces = std::min<std::size_t>(chunks, static_cast<std::size_t>(pool.threads()));
  if (spaces_.list.size() < pieces) spaces_.list.resize(pieces);
  pool.run(static_cast<std::int64_t>(pieces), [&](std::int64_t piece) {
    const auto p = static_cast<std::size_t>(piece);
    fn(spaces_.list[p], chunks * p / pieces, chunks * (p + 1) / pieces);
  });
}

double RowProgram::sum(Pool& pool, const Inputs& in, std::span<double> slopes) {
  const std::size_t chunks = (in.rows.size() + chunk - 1) / chunk;
  const std::size_t entries = slopes.empty() ? 1 : 1 + slots_.size();
  std::vector<double> sums(chunks * entries);
  in_pieces(pool, chunks, [&](Workspace& w, std::size_t from, std::size_t to) {
    prepare(w, in, entries > 1);
    for (std::size_t c = from; c < to; ++c) sum_chunk(w, in, c, std::span(sums).subspan(c * entries, entries));
  });
  for (std::size_t apart = 1; apart < chunks; apart *= 2)
    for (std::size_t c = 0; c + apart < chunks; c += 2 * apart)
      for (std::size_t k = 0; k < entries; ++k) sums[c * entries + k] += sums[(c + apart) * entries + k];
  if (!slopes.empty()) {
    std::fill(slopes.begin(), slopes.end(), 0.0);
    for (std::size_t k = 0; k < slots_.size() && chunks > 0; ++k) slopes[slots_[k]] = sums[k + 1];
  }
  return chunks > 0 ? sums[0] : 0;
}

/// The rows from `begin` to `end`.
void RowProgram::each_of(Workspace& w, const Inputs& in, std::size_t begin, std::size_t end, std::span<double> values,
                         std::span<double> slopes) const {
  for (std::size_t row = begin; row < end; row += w.block) {
    const std::size_t n = std::min(w.block, end - row);
    forward(w, in, row, n);
    std::copy_n(w.at[result_], n, values.begin() + static_cast<std::ptrdiff_t>(row));
    if (slopes.empty()) continue;
    reverse(w, n);
    const std::span<double> out = slopes.subspan(row * numbers_, n * numbers_);
    std::fill(out.begin(), out.end(), 0.0);
    for (const Id k : slots_)
      for (std::size_t i = 0; i < n; ++i) out[i * numbers_ + k] = w.adjoint[k][i];
  }
}

void RowProgram::each(Pool& pool, const Inputs& in, std::span<double> values, std::span<double> slopes) {
  const std::size_t rows = in.rows.size();
  in_pieces(pool, (rows + chunk - 1) / chunk, [&](Workspace& w, std::size_t from, std::size_t to) {
    prepare(w, in, !slopes.empty());
    each_of(w, in, from * chunk, std::min(to * chunk, rows), values, slopes);
  });
}

}  // namespace talweg::formula
