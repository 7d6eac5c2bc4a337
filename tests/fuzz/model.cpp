// Model files of every kind: what is accepted can be inspected and predicts finite numbers.
#include <cmath>

#include "archive_mutator.hpp"
#include "memory_file.hpp"
#include "talweg/api/use/inspect.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/api/use/stream_use.hpp"
#include "talweg/present/use/inspect_report.hpp"
#include "talweg/train/factorization/saved.hpp"
#include "talweg/train/online/stream_model.hpp"
#include "talweg/train/trained_model.hpp"

using namespace talweg;

namespace {

/// A table with the model's columns, and rows of zeros and of a text.
std::string rows_for(const train::TrainedModel& m) {
  if (m.preprocess.format == data::Format::libsvm) return "0 1:1 7:2\n1 3:0.5\n";
  std::string head, zeros, words;
  for (const auto& f : m.preprocess.features) {
    const std::string comma = head.empty() ? "" : ",";
    head += comma + "\"" + f.name + "\"";
    zeros += comma + "0";
    words += comma + (f.kind == data::Column::Kind::text ? "word" : "1");
  }
  return head + "\n" + zeros + "\n" + words + "\n";
}

void use(const Archive& archive, const std::string& path) {
  present::inspection(api::inspect(path, 5), "json");
  if (train::online::StreamModel::is(archive)) {
    const auto m = train::online::StreamModel::from(archive);
    const fuzz::MemoryFile rows(m.model.features.format == data::Format::libsvm ? "0 1:1 7:2\n" : "a,b\n1,x\n2,y\n");
    api::predict(m, {.file = rows.path(), .threads = 1});
  } else if (train::SavedFactorization::recognises(archive)) {
    const auto m = train::SavedFactorization::from(archive);
    train::recommend(m, 0xffffffff, 3);
    if (m.users.size() > 0) train::recommend(m, 0, 3);
  } else {
    const auto m = train::TrainedModel::from(archive);
    for (const double v : m.parameters) fuzz::require(std::isfinite(v));
    if (m.preprocess.inputs() > 1000) return;
    const fuzz::MemoryFile rows(rows_for(m));
    api::predict(m, {.file = rows.path()});
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  return fuzz::mutate_archive(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::expect_nothing_worse([&] {
    const fuzz::MemoryFile file(fuzz::text_of(data, size));
    use(Archive::parse(fuzz::text_of(data, size), "input"), file.path());
  });
  return 0;
}
