#pragma once
#include <optional>
#include <string>

#include "talweg/api/train/request.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/train/factorization/saved.hpp"
#include "talweg/train/online/stream_model.hpp"
#include "talweg/train/trained_model.hpp"

/// The model that a run begins with, in place of parameters that the seed draws. With it comes how rows become inputs:
/// scales, categories, classes, features. A new run of the method begins: what it remembers (moments, rates) is in
/// checkpoints, not in models.
namespace talweg::api {

/// The request's model as text: as it is given, or what trains where nothing is named.
std::string model_text(const TrainRequest& request);
/// The same request; where it names a model to start from and no other, with the text of that one.
TrainRequest with_model(TrainRequest request);

/// What the request starts from, of each of the three ways to train; nothing where it names none. Throws Error for a
/// file of another kind, for another model than `spec`, and for options that such a start has settled already.
std::optional<train::TrainedModel> table_to_start_from(const TrainRequest& request, const models::ModelSpec& spec);
std::optional<train::online::StreamModel> stream_to_start_from(const TrainRequest& request,
                                                               const models::ModelSpec& spec);
std::optional<train::SavedFactorization> ratings_to_start_from(const TrainRequest& request,
                                                               const models::FactorizationSpec& spec);

/// Whether it is a model of streamed rows: such a run streams its rows as well.
bool starts_from_stream(const TrainRequest& request);

/// "begins with the parameters of m.talweg (8000 steps of adam)"
std::string start_note(const TrainRequest& request, const train::TrainingRecord& record);

}  // namespace talweg::api
