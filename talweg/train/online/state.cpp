#include "talweg/train/online/state.hpp"

namespace talweg::train::online {

void save(const StreamState& s, Archive& archive) {
  archive.put("state.counts", std::vector<std::int64_t>{s.epoch, s.offset, s.line, s.done, s.row, s.rows, s.milestone,
                                                        s.pass_over, s.odd.blank_lines, s.odd.unsorted_rows, s.odd.qids,
                                                        s.odd.unlabelled_rows, s.odd.missing_cells});
  archive.put("state.numbers", std::vector<double>{s.recent_loss, s.recent_weight});
}

StreamState load_state(const Archive& archive) {
  const auto c = archive.integers("state.counts");
  const auto n = archive.doubles("state.numbers");
  for (const auto count : c)
    if (count < 0) archive.fail("state.counts", "holds a number below zero");
  if (c[0] < 1 || c[2] < 1 || c[5] < c[4] || c[6] <= c[5] || c[7] > 1)
    archive.fail("state.counts", "holds counts of passes, lines and rows that do not fit each other");
  return {.epoch = c[0],
          .offset = c[1],
          .line = c[2],
          .done = c[3],
          .row = c[4],
          .rows = c[5],
          .milestone = c[6],
          .pass_over = c[7],
          .recent_loss = n[0],
          .recent_weight = n[1],
          .odd = {c[8], c[9], c[10], c[11], c[12]}};
}

void save(const std::vector<StreamEvent>& milestones, Archive& archive) {
  std::vector<double> numbers;
  for (const StreamEvent& p : milestones)
    numbers.insert(numbers.end(), {double(p.rows), double(p.epoch), p.share, p.loss, p.recent_loss, p.roc_auc,
                                   p.learning_rate, p.seconds});
  archive.put("milestones", numbers, {milestones.size(), 8});
}

std::vector<StreamEvent> load_milestones(const Archive& archive, std::int64_t epochs) {
  const auto n = archive.doubles("milestones");
  if (n.size() % 8 != 0) archive.fail("milestones", "should hold eight numbers each");
  for (std::size_t i = 0; i < n.size(); i += 8)
    if (!(n[i] >= 0 && n[i] <= 0x1p53 && n[i + 1] >= 0 && n[i + 1] <= 0x1p53))
      archive.fail("milestones", "holds counts of rows and passes that are none");
  std::vector<StreamEvent> out;
  for (std::size_t i = 0; i + 8 <= n.size(); i += 8)
    out.push_back({.rows = static_cast<std::int64_t>(n[i]),
                   .epoch = static_cast<std::int64_t>(n[i + 1]),
                   .epochs = epochs,
                   .share = n[i + 2],
                   .loss = n[i + 3],
                   .recent_loss = n[i + 4],
                   .roc_auc = n[i + 5],
                   .learning_rate = n[i + 6],
                   .seconds = n[i + 7],
                   .milestone = true});
  return out;
}

}  // namespace talweg::train::online
