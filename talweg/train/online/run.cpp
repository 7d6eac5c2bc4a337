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
  if (outcome.usable()) stream.measure_test(outcome, Stop(plan.stop));
  return outcome;
}

template <class T>
Measured measure(const models::SparseLinear& model, const models::Head& head, BlockReader reader,
                 const RowOptions& rows, const std::string& origin, int threads) {
  return Stream<T>::measure_rows(model, head, {}, std::move(reader), rows, origin, {}, threads);
}

std::vector<std::int64_t> count_classes(const data::Input& file, const RowOptions& rows, const HeldOut& held_out,
                                        int threads) {
  const Features& f = rows.features;
  const auto delimiter = f.format == data::Format::csv ? std::optional(f.delimiter) : std::nullopt;
  RowStream<float> stream(BlockReader(Source::open(file), block_bytes, delimiter),
                          make_parser<float>(rows, file.name()), threads);
  std::vector<std::int64_t> counts(rows.target.classes.size());
  std::int64_t row = 0;
  while (const RowBlock<float>* block = stream.next())
    for (const double truth : block->truth)
      if (held_out.part_of(row++) == RowPart::training) ++counts[static_cast<std::size_t>(truth)];
  return counts;
}

template Outcome run<float>(const Plan&, BlockReader);
template Outcome run<double>(const Plan&, BlockReader);
template Measured measure<float>(const models::SparseLinear&, const models::Head&, BlockReader, const RowOptions&,
                                 const std::string&, int);
template Measured measure<double>(const models::SparseLinear&, const models::Head&, BlockReader, const RowOptions&,
                                  const std::string&, int);

}  // namespace talweg::train::online
