#include "talweg/api/use/stream_use.hpp"

#include <chrono>

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

EvaluateReport evaluate(const StreamModel& m, const data::Input& file, const std::string& target, int threads) {
  const auto begin = std::chrono::steady_clock::now();
  BlockReader reader(Source::open(file), train::online::block_bytes);
  const RowOptions options = train::online::rows_for(m.model, file, target, reader, true);
  const std::string name = file.name();
  const train::online::Measured result =
      m.model.single ? train::online::measure<float>(m.model, std::move(reader), options, name, threads)
                     : train::online::measure<double>(m.model, std::move(reader), options, name, threads);
  if (result.without_number)
    throw Error(text::cat(name, ": row ", *result.without_number + 1, models::no_finite_output));
  if (result.rows == 0) throw Error(text::cat(name, ": holds no rows"));
  EvaluateReport report;
  report.test = result.metrics;
  require_finite(report.test, name);
  report.rows = static_cast<std::size_t>(result.rows);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace talweg::api
