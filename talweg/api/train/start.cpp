#include "talweg/api/train/start.hpp"

#include <initializer_list>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::api {

namespace {

constexpr std::string_view default_model = "mlp:64,32";

using Given = std::pair<std::string_view, bool>;

void refuse_settled(const TrainRequest& r, std::initializer_list<Given> options, std::string_view what) {
  for (const auto& [option, given] : options)
    if (given)
      throw Error(option, text::cat(text::option(option), " has no effect with ", text::option("start_from"), ": ",
                                    r.start_from, " says ", what, " already; leave it out"));
}

void refuse_another_model(const TrainRequest& r, const std::string& given, const std::string& kept) {
  throw Error("start_from", text::cat(text::option("start_from", r.start_from), ": its model is ", kept,
                                      ", whose parameters do not fit ", given, "; leave ", text::option("model"),
                                      " out, or give that one (penalties may differ)"));
}

void require_same_loss(const TrainRequest& r, const std::string& kept) {
  if (!r.loss.empty() && r.loss != kept)
    throw Error("loss", text::cat(text::option("loss", r.loss), ": the model of ", r.start_from, " minimises ", kept,
                                  "; leave it out"));
}

}  // namespace

std::string model_text(const TrainRequest& r) { return r.model.empty() ? std::string(default_model) : r.model; }

TrainRequest with_model(TrainRequest r) {
  if (!r.start_from.empty() && r.model.empty()) r.model = train::load_model(r.start_from)->text();
  return r;
}

std::optional<train::TrainedModel> table_to_start_from(const TrainRequest& r, const models::ModelSpec& spec) {
  if (r.start_from.empty()) return std::nullopt;
  auto m = train::TrainedModel::load(r.start_from);
  if (m.spec.kind != spec.kind || m.spec.hidden != spec.hidden || m.spec.activation != spec.activation)
    refuse_another_model(r, spec.text(), m.spec.text());
  require_same_loss(r, m.head.loss);
  refuse_settled(r, {{"start", !r.start.empty()}}, "where it begins");
  refuse_settled(r, {{"standardize", r.standardize.has_value()}, {"ignore", !r.ignore.empty()}},
                 "how columns become inputs");
  if (!r.target.empty() && !data::labels_lie_apart(r.file)) m.preprocess.target.name = r.target;
  return m;
}

std::optional<train::online::StreamModel> stream_to_start_from(const TrainRequest& r, const models::ModelSpec& spec) {
  if (r.start_from.empty()) return std::nullopt;
  const auto archive = Archive::load(r.start_from);
  if (!train::online::StreamModel::is(archive))
    throw Error("start_from",
                text::cat(text::option("start_from", r.start_from), ": holds ", train::what_it_holds(archive),
                          ", and rows that are streamed one by one begin with a model of a stream"));
  auto m = train::online::StreamModel::from(archive);
  if (m.model.spec.kind != spec.kind) refuse_another_model(r, spec.text(), m.model.spec.text());
  require_same_loss(r, m.model.head.loss);
  const StreamRequest& s = r.stream;
  refuse_settled(r,
                 {{"hash_bits", !s.hash_bits.empty()},
                  {"index_base", !s.index_base.empty()},
                  {"features", !s.features.empty()},
                  {"cross", !s.crosses.empty()},
                  {"classes", !s.classes.empty()},
                  {"ignore", !r.ignore.empty()}},
                 "how rows become features");
  return m;
}

std::optional<train::SavedFactorization> ratings_to_start_from(const TrainRequest& r,
                                                               const models::FactorizationSpec& spec) {
  if (r.start_from.empty()) return std::nullopt;
  const auto archive = Archive::load(r.start_from);
  if (!train::SavedFactorization::recognises(archive))
    throw Error("start_from", text::cat(text::option("start_from", r.start_from), ": holds no factorization, which ",
                                        spec.text(), " could begin with"));
  auto m = train::SavedFactorization::from(archive);
  if (m.spec.rank != spec.rank || m.spec.biases != spec.biases) refuse_another_model(r, spec.text(), m.spec.text());
  return m;
}

bool starts_from_stream(const TrainRequest& r) {
  return !r.start_from.empty() && train::online::StreamModel::is(Archive::load(r.start_from));
}

std::string start_note(const TrainRequest& r, const train::TrainingRecord& record) {
  return text::cat("begins with the parameters of ", r.start_from, " (", record.steps,
                   record.steps == 1 ? " step of " : " steps of ", record.optimizer, ")");
}

}  // namespace talweg::api
