#include "talweg/train/online/run.hpp"

#include "talweg/train/loop.hpp"
#include "talweg/train/online/stream.hpp"

namespace talweg::train::online {

using namespace data::stream;

template <class T> Outcome run(const Plan& plan, BlockReader reader) {
  Stream<T> stream(plan, std::move(reader));
  Loop loop(stream, {.epochs = plan.epochs, .max_seconds = plan.max_seconds, .checkpoint = plan.checkpoint},
            {.on_epoch = plan.on_epoch, .stop = plan.stop});
  Outcome outcome;
  static_cast<train::Outcome&>(outcome) = loop.run();
  outcome.resumed = loop.resumed();
  stream.tell(outcome);
  return outcome;
}

template <class T>
Measured measure(const models::SparseLinear& model, BlockReader reader, const RowOptions& rows,
                 const std::string& origin, int threads) {
  return Stream<T>::measure_rows(model, std::move(reader), rows, origin, {}, threads);
}

template Outcome run<float>(const Plan&, BlockReader);
template Outcome run<double>(const Plan&, BlockReader);
template Measured measure<float>(const models::SparseLinear&, BlockReader, const RowOptions&, const std::string&, int);
template Measured measure<double>(const models::SparseLinear&, BlockReader, const RowOptions&, const std::string&, int);

}  // namespace talweg::train::online
