#include "talweg/api/use/stream_use.hpp"

#include <chrono>

#include "talweg/api/positive_class.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/saved_model.hpp"
#include "talweg/train/online/run.hpp"

namespace talweg::api {

using namespace data::stream;
using train::online::StreamModel;

EvaluatedModel evaluated(const StreamModel& m) {
  return {m.model.spec.text(), m.model.head.loss, m.record, m.model.nonzero(), m.model.target.classes};
}

EvaluateReport evaluate(const StreamModel& m, const EvaluateRequest& r) {
  const auto begin = std::chrono::steady_clock::now();
  models::Head head = m.model.head;
  choose_positive({r.positive, r.threshold}, m.model.target, head);
  BlockReader reader = BlockReader::open(r.file, train::online::block_bytes);
  const RowOptions options = train::online::rows_for(m.model, r.file, r.target, reader, true, r.weights);
  const std::string name = r.file.name();
  const train::online::Measured result =
      m.model.single ? train::online::measure<float>(m.model, head, std::move(reader), options, name, r.threads)
                     : train::online::measure<double>(m.model, head, std::move(reader), options, name, r.threads);
  if (result.without_number)
    throw Error(text::cat(name, ": row ", *result.without_number + 1, models::no_finite_output));
  if (result.rows == 0) throw Error(text::cat(name, ": holds no rows"));
  EvaluateReport report;
  report.test = result.metrics;
  report.positive = positive_label(m.model.target, head);
  report.threshold = head.threshold;
  require_finite(report.test, name);
  report.rows = static_cast<std::size_t>(result.rows);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace talweg::api
