#include "talweg/train/file_forms.hpp"

#include <initializer_list>
#include <limits>
#include <string>

#include "talweg/base/text.hpp"
#include "talweg/optim/saved_run.hpp"

namespace talweg::train {

namespace {

using Holds = EntryForm::Holds;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double above_zero = std::numeric_limits<double>::denorm_min();
constexpr double below_one = 1 - std::numeric_limits<double>::epsilon() / 2;
constexpr double most = 0x1p53;  // of what is counted
constexpr double most_places = 0x1p31, most_outputs = 10'000;

std::vector<EntryForm> joined(std::initializer_list<std::vector<EntryForm>> parts) {
  std::vector<EntryForm> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<EntryForm> begin_of(std::string_view kind) {
  return {{.name = "kind", .words = {kind}}, {.name = "model"}, {.name = "precision", .words = {"float", "double"}}};
}

std::vector<EntryForm> record_entries() {
  return {{.name = "training.optimizer"},
          {.name = "training.schedule"},
          {.name = "training.clip"},
          {.name = "training.groups", .holds = Holds::texts},
          {.name = "training.numbers", .holds = Holds::integers, .count = 5},
          {.name = "training.status"},
          {.name = "training.kernel", .optional = true}};  // not in files of the first version
}

std::vector<EntryForm> head_entries() {
  return {{.name = "loss"},
          {.name = "head.outputs", .holds = Holds::integers, .count = 1, .low = 1, .high = most_outputs},
          {.name = "head.mean", .holds = Holds::doubles, .count = 1},
          {.name = "head.deviation", .holds = Holds::doubles, .count = 1, .low = above_zero},
          {.name = "head.positive", .holds = Holds::integers, .count = 1, .low = 0, .high = 1, .optional = true},
          {.name = "head.threshold",
           .holds = Holds::doubles,
           .count = 1,
           .low = above_zero,
           .high = below_one,
           .optional = true},
          {.name = "target.name"},
          {.name = "target.task", .words = {"regression", "binary", "classes"}},
          {.name = "target.numeric", .holds = Holds::integers, .count = 1, .low = 0, .high = 1},
          {.name = "target.classes", .holds = Holds::texts},
          {.name = "target.class_values", .holds = Holds::doubles}};
}

std::vector<EntryForm> inference_entries() {
  return {{.name = "inference.none", .optional = true},
          {.name = "inference.errors", .holds = Holds::doubles, .low = -1, .optional = true},
          {.name = "inference.degrees_of_freedom", .holds = Holds::doubles, .count = 1, .low = 0, .optional = true},
          {.name = "inference.penalised", .holds = Holds::integers, .count = 1, .low = 0, .high = 1, .optional = true}};
}

/// Of files that were read as somebody said.
std::vector<EntryForm> reading_entries() {
  return {{.name = "reading.numbers", .holds = Holds::texts, .count = 2, .optional = true},
          {.name = "reading.missing", .holds = Holds::texts, .optional = true},
          {.name = "reading.dates", .holds = Holds::texts, .optional = true},
          {.name = "reading.id", .optional = true}};
}

std::vector<EntryForm> name_entries() {
  return {{.name = "names.places", .holds = Holds::integers, .low = 0, .high = most_places},
          {.name = "names.texts", .holds = Holds::texts}};
}

std::vector<EntryForm> metric_entries(std::string_view pass) {
  static constexpr std::string_view names[2][10] = {
      {"pass.counts", "pass.sums", "pass.confusion", "pass.classes.rows", "pass.classes.sums", "pass.curve.rows",
       "pass.curve.sums", "pass.curve.scores", "pass.curve.positive", "pass.curve.weights"},
      {"first.counts", "first.sums", "first.confusion", "first.classes.rows", "first.classes.sums", "first.curve.rows",
       "first.curve.sums", "first.curve.scores", "first.curve.positive", "first.curve.weights"}};
  const auto& n = names[pass == "first"];
  // Sums of squares may have grown beyond all numbers while every row was finite.
  return {{.name = n[0], .holds = Holds::integers, .count = 1, .low = 0, .high = most},
          {.name = n[1], .holds = Holds::doubles, .count = 9, .low = -infinity, .high = infinity, .undefined = true},
          {.name = n[2], .holds = Holds::integers, .low = 0, .high = most},
          {.name = n[3], .holds = Holds::integers, .low = 0, .high = most},
          {.name = n[4], .holds = Holds::doubles, .low = 0},
          {.name = n[5], .holds = Holds::integers, .count = 1, .low = 0, .high = most},
          {.name = n[6], .holds = Holds::doubles, .low = 0},
          {.name = n[7], .holds = Holds::floats, .low = -infinity, .high = infinity},
          {.name = n[8], .holds = Holds::floats, .low = 0, .high = 1},
          {.name = n[9], .holds = Holds::doubles, .low = 0}};
}

}  // namespace

const ArchiveForm& model_form() {
  static const ArchiveForm form{
      "model", joined({begin_of("model"),
                       head_entries(),
                       record_entries(),
                       reading_entries(),
                       {{.name = "preprocess.columns", .holds = Holds::texts},
                        {.name = "preprocess.file", .holds = Holds::integers, .count = 3, .low = 0, .high = 2},
                        {.name = "preprocess.features", .holds = Holds::texts},
                        {.name = "preprocess.kinds", .holds = Holds::integers, .low = 0, .high = 2},
                        {.name = "preprocess.numbers", .holds = Holds::doubles},
                        {.name = "preprocess.categories.*", .holds = Holds::texts},
                        {.name = "parameters.*", .holds = Holds::numbers}},
                       inference_entries()})};
  return form;
}

const ArchiveForm& sparse_model_form() {
  static const ArchiveForm form{
      "sparse model", joined({begin_of("sparse model"),
                              head_entries(),
                              record_entries(),
                              reading_entries(),
                              name_entries(),
                              {{.name = "features.format", .words = {"libsvm", "csv"}},
                               {.name = "features.numbers", .holds = Holds::integers, .count = 5, .low = 0},
                               {.name = "features.crosses", .holds = Holds::texts},
                               {.name = "features.columns", .holds = Holds::texts},
                               {.name = "features.kinds", .holds = Holds::integers, .low = 0, .high = 2},
                               {.name = "weights.places", .holds = Holds::integers, .low = 0, .high = most_places},
                               {.name = "weights.values", .holds = Holds::numbers}}})};
  return form;
}

const ArchiveForm& factorization_form() {
  static const ArchiveForm form{"factorization",
                                joined({begin_of("factorization"),
                                        record_entries(),
                                        {{.name = "users", .holds = Holds::texts},
                                         {.name = "items", .holds = Holds::texts},
                                         {.name = "columns", .holds = Holds::texts, .count = 3},
                                         {.name = "numbers", .holds = Holds::doubles, .count = 4},
                                         {.name = "seen", .optional = true},
                                         {.name = "user.factors", .holds = Holds::numbers},
                                         {.name = "item.factors", .holds = Holds::numbers},
                                         {.name = "user.biases", .holds = Holds::numbers, .optional = true},
                                         {.name = "item.biases", .holds = Holds::numbers, .optional = true}}})};
  return form;
}

namespace {

std::vector<EntryForm> begin_of_checkpoint(std::string_view kind) {
  return {{.name = "kind", .words = {kind}},
          {.name = "settings.keys", .holds = Holds::texts},
          {.name = "settings.values", .holds = Holds::texts},
          {.name = "period"}};
}

std::vector<EntryForm> loop_entries(std::string_view kind) {
  return joined({begin_of_checkpoint(kind),
                 {{.name = "loop.counts", .holds = Holds::integers, .count = 4, .low = 0, .high = most},
                  {.name = "loop.numbers",
                   .holds = Holds::doubles,
                   .count = 5,
                   .low = -infinity,
                   .high = infinity,
                   .undefined = true},
                  {.name = "loop.best", .holds = Holds::doubles},
                  {.name = "loop.candidate", .holds = Holds::doubles}}});
}

std::vector<EntryForm> path_entries() {
  return {{.name = "trace.hash"},
          {.name = "trace.size", .holds = Holds::integers, .count = 1, .low = 0, .high = most},
          {.name = "trace.digest"}};
}

std::vector<EntryForm> run_entries() {
  const auto run = saved_run::entries();
  return {run.begin(), run.end()};
}

/// A deterministic method: its own entries, and those of the Minimizer.
std::vector<EntryForm> minimizing_entries(bool optional) {
  auto all = joined({{{.name = "minimizing.counts", .holds = Holds::integers, .count = 2, .low = 0, .high = most},
                      {.name = "minimizing.numbers", .holds = Holds::doubles, .count = 3, .undefined = true}},
                     run_entries()});
  for (EntryForm& e : all) e.optional = optional;
  return all;
}

}  // namespace

const ArchiveForm* checkpoint_form(std::string_view kind) {
  static const ArchiveForm forms[] = {
      {checkpoint_of_batches,
       joined({loop_entries(checkpoint_of_batches),
               {{.name = "batches.counts", .holds = Holds::integers, .count = 5, .low = 0, .high = most},
                {.name = "batches.numbers", .holds = Holds::doubles, .count = 3},
                {.name = "batches.parameters", .holds = Holds::numbers},
                {.name = "batches.optimizer"},
                {.name = "batches.random", .holds = Holds::integers, .count = 4, .low = -0x1p63, .high = 0x1p63}}})},
      {checkpoint_of_minimize, joined({begin_of_checkpoint(checkpoint_of_minimize), run_entries(), path_entries()})},
      {checkpoint_of_minimize_batches,
       joined({loop_entries(checkpoint_of_minimize_batches),
               {{.name = "terms.counts", .holds = Holds::integers, .count = 5, .low = 0, .high = most},
                {.name = "terms.numbers", .holds = Holds::doubles, .count = 2, .low = -infinity, .high = infinity},
                {.name = "terms.x", .holds = Holds::doubles},
                {.name = "terms.optimizer"}},
               path_entries()})},
      {checkpoint_of_full_batch, joined({loop_entries(checkpoint_of_full_batch), minimizing_entries(false)})},
      {checkpoint_of_l1, joined({loop_entries(checkpoint_of_l1),
                                 {{.name = "l1.counts", .holds = Holds::integers, .count = 3, .low = 0, .high = most},
                                  {.name = "l1.numbers", .holds = Holds::doubles, .count = 3},
                                  {.name = "l1.parameters", .holds = Holds::doubles}}})},
      {checkpoint_of_ratings,
       joined({loop_entries(checkpoint_of_ratings),
               minimizing_entries(true),
               {{.name = "ratings.counts", .holds = Holds::integers, .low = 0, .high = most, .optional = true},
                {.name = "ratings.numbers",
                 .holds = Holds::doubles,
                 .low = -infinity,
                 .high = infinity,
                 .optional = true,
                 .undefined = true},
                {.name = "ratings.parameters", .holds = Holds::numbers, .optional = true},
                {.name = "ratings.users", .holds = Holds::numbers, .optional = true},
                {.name = "ratings.items", .holds = Holds::numbers, .optional = true},
                {.name = "ratings.optimizer", .optional = true}}})},
      {checkpoint_of_stream,
       joined({loop_entries(checkpoint_of_stream),
               {{.name = "file", .holds = Holds::integers, .count = 2},
                {.name = "state.counts", .holds = Holds::integers, .count = 13, .low = -most, .high = most},
                {.name = "state.numbers", .holds = Holds::doubles, .count = 2, .low = -infinity, .high = infinity},
                {.name = "milestones", .holds = Holds::doubles, .low = -infinity, .high = infinity, .undefined = true},
                {.name = "table.counts", .holds = Holds::integers, .count = 3, .low = 0, .high = most},
                {.name = "table", .holds = Holds::numbers}},
               metric_entries("pass"),
               metric_entries("first"),
               name_entries()})}};
  for (const ArchiveForm& form : forms)
    if (form.kind == kind) return &form;
  return nullptr;
}

std::string what_it_holds(const Archive& archive) {
  if (!archive.has("kind")) return "an archive of no known kind";
  const std::string kind = archive.text("kind");
  if (kind == "model") return "a model of a table";
  if (kind == "sparse model") return "a model that was trained row by row on a stream";
  if (kind == "factorization") return "a factorisation of ratings";
  if (checkpoint_form(kind)) return text::cat("a ", kind);
  return text::cat("something of the kind '", text::shown(kind), "'");
}

}  // namespace talweg::train
