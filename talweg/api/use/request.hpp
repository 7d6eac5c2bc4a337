#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "talweg/api/input_option.hpp"
#include "talweg/api/metric_options.hpp"
#include "talweg/api/reading_options.hpp"

/// What can be asked of a model in a file: each option is a member and its line in the description.
namespace talweg::api {

struct PredictRequest {
  std::string model;
  data::Input file;
  std::optional<std::int64_t> top;  ///< of a factorisation: so many items for each user
  std::string user;                 ///< of a factorisation: for this one only
  std::string columns;              ///< of a factorisation: where user and item stand
  int threads = 2;                  ///< of a streamed model: with 2, one reads ahead
  std::optional<bool> proba;        ///< nullopt: probabilities where the model has some

  template <class R = PredictRequest> static std::vector<Option<R>> options();
};

struct EvaluateRequest {
  std::string model = {};
  data::Input file = {};
  std::string target = {};    ///< empty: the column that the model was trained on
  std::string columns = {};   ///< of ratings: where user, item and rating stand
  std::string weights = {};   ///< the column with what each row counts
  std::string positive = {};  ///< of two classes; empty: as in training
  std::optional<double> threshold = {};
  int threads = 2;  ///< of a streamed model: with 2, one reads ahead

  template <class R = EvaluateRequest> static std::vector<Option<R>> options();
};

struct InspectRequest {
  std::string model;      ///< a model file; with inputs and outputs a spec, "mlp:4,3", of which there is no file
  std::int64_t top = 20;  ///< how many coefficients
  std::optional<std::int64_t> inputs, outputs;  ///< numbers in a row that goes in, and that comes out

  template <class R = InspectRequest> static std::vector<Option<R>> options();
};

struct ExportRequest {
  std::string model;

  template <class R = ExportRequest> static std::vector<Option<R>> options();
};

namespace detail {

template <class R> Option<R> model_option() {
  return Option<R>::template of<&R::model>({.name = "model",
                                            .help = "a model file written by talweg train",
                                            .path = PathRole::input,
                                            .path_words = "the model",
                                            .argument = true});
}

template <class R> Option<R> rows_option(std::string_view help) {
  return input_option<&R::file, R>(
      {.name = "file", .help = help, .path = PathRole::input, .path_words = "the data", .argument = true});
}

template <class R> Option<R> reading_threads_option() {
  return Option<R>::template of<&R::threads>({.name = "threads",
                                              .takes = "N",
                                              .help = "rows of a streamed model: 1, or 2 to read ahead (2)",
                                              .low = 1,
                                              .decides = false});
}

}  // namespace detail

template <class R> std::vector<Option<R>> PredictRequest::options() {
  using O = Option<R>;
  std::vector<O> all{
      detail::model_option<R>(),
      detail::rows_option<R>("the rows"),
      O::template of<&R::top>(
          {.name = "top", .takes = "N", .help = "of a factorisation: the N best items for each user", .low = 1}),
      O::template of<&R::user>({.name = "user", .takes = "ID", .help = "of a factorisation: for this user only"}),
      O::template of<&R::columns>(
          {.name = "columns", .takes = "USER,ITEM", .help = "of a factorisation: where user and item stand"}),
      O::template of<&R::proba>({.name = "proba",
                                 .help = "the probability of each class (where the model has them)",
                                 .denied = "the predictions alone"}),
      detail::reading_threads_option<R>()};
  add_reading_options<R, &R::file, &data::Input::reading>(all, RowsFor::predicting);
  return all;
}

template <class R> std::vector<Option<R>> EvaluateRequest::options() {
  using O = Option<R>;
  std::vector<O> all{
      detail::model_option<R>(),
      detail::rows_option<R>("rows with the target"),
      O::template of<&R::target>({.name = "target",
                                  .takes = "COLUMN",
                                  .help = "the column with the truth; the model remembers its own",
                                  .path = PathRole::labels,
                                  .path_words = "the labels"}),
      O::template of<&R::columns>(
          {.name = "columns", .takes = "USER,ITEM,RATING", .help = "of ratings: where user, item and rating stand"}),
      weights_option<&R::weights, R>(),
      positive_option<&R::positive, R>(),
      threshold_option<&R::threshold, R>(),
      detail::reading_threads_option<R>()};
  add_reading_options<R, &R::file, &data::Input::reading>(all, RowsFor::evaluating);
  return all;
}

template <class R> std::vector<Option<R>> InspectRequest::options() {
  using O = Option<R>;
  constexpr std::string_view spec = "A model by its spec, without a file";
  return {O::template of<&R::model>({.name = "model",
                                     .help = "a model file written by talweg train, or a spec: mlp:4,3",
                                     .path = PathRole::input_or_text,
                                     .path_words = "the model",
                                     .argument = true}),
          O::template of<&R::top>({.name = "top", .takes = "N", .help = "how many coefficients (20)", .low = 1}),
          O::template of<&R::inputs>(
              {.name = "inputs", .takes = "N", .help = "numbers that go in", .group = spec, .low = 1}),
          O::template of<&R::outputs>(
              {.name = "outputs", .takes = "N", .help = "numbers that come out", .group = spec, .low = 1})};
}

template <class R> std::vector<Option<R>> ExportRequest::options() { return {detail::model_option<R>()}; }

}  // namespace talweg::api
